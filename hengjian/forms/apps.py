"""Definitions from packs and filled sheets, as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.forms"
    label = "forms"
    verbose_name = "表单"

    def ready(self) -> None:
        from hengjian.forms.services import following_tree  # noqa: F401  its rows follow changes of the tree once apps are loaded
