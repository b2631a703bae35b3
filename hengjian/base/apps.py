"""The ground floor as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.base"
    label = "base"
    verbose_name = "地基"

    def ready(self) -> None:
        from hengjian.base import checks, tripwire  # checks registers itself; the wire needs the app registry
        from hengjian.base.database import prepare_connections  # needs the app registry
        from hengjian.base.migrating import use_whole_executor

        assert checks
        prepare_connections()
        use_whole_executor()
        tripwire.attach()
