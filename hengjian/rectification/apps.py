"""The register of problems as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.rectification"
    label = "rectification"
    verbose_name = "问题整改"

    def ready(self) -> None:
        from hengjian.rectification import listeners  # noqa: F401  registers listeners once apps are loaded
        from hengjian.rectification.services import following_tree  # noqa: F401  its rows follow changes of the tree once apps are loaded
