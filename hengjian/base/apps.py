"""The ground floor as a Django app."""

import gc

from django.apps import AppConfig

COLLECTED_EVERY = (50_000, 20, 20)
"""New objects between two looks for rings of them. Python's own 700 take a third of the time of an import, whose rows all stay."""


class Config(AppConfig):
    name = "hengjian.base"
    label = "base"
    verbose_name = "地基"

    def ready(self) -> None:
        from hengjian.base import checks, tripwire  # checks registers itself; the wire needs the app registry
        from hengjian.base.database import prepare_connections  # needs the app registry
        from hengjian.base.migrating import use_whole_executor

        assert checks
        gc.set_threshold(*COLLECTED_EVERY)
        prepare_connections()
        use_whole_executor()
        tripwire.attach()
