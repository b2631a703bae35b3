"""The register of institutions, people, enterprises and equipment as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.registry"
    label = "registry"
    verbose_name = "名录档案"

    def ready(self) -> None:
        from hengjian.registry.services import following_tree  # noqa: F401  its rows follow changes of the tree once apps are loaded
