"""Orders and cases as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.enforcement"
    label = "enforcement"
    verbose_name = "执法与信用"

    def ready(self) -> None:
        from hengjian.enforcement import listeners  # noqa: F401  registers listeners once apps are loaded
