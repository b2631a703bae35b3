"""Supervision visits as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.supervision"
    label = "supervision"
    verbose_name = "监督检查"

    def ready(self) -> None:
        from hengjian.supervision import listeners  # noqa: F401  tells pages below once apps are loaded
