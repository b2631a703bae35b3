"""Pages, shell and components as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.web"
    label = "web"
    verbose_name = "门面"

    def ready(self) -> None:
        """Say what stays inside the authorities, which the floors below cannot know; start the clock of a demonstration."""
        from django.conf import settings  # settings are read when the app starts, not when it is imported

        from hengjian.dossier.policy import keep_internal  # needs loaded apps

        keep_internal("enforcement.case", "supervision.visit")
        if settings.DEMO:
            from hengjian.web.demo import start_clock  # a large module that only a demonstration needs

            start_clock()
