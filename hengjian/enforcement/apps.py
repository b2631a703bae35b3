"""Orders and cases as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.enforcement"
    label = "enforcement"
    verbose_name = "执法与信用"

    def ready(self) -> None:
        from hengjian.enforcement import listeners  # noqa: F401  registers listeners once apps are loaded
        from hengjian.enforcement.services import following_tree  # noqa: F401  its rows follow changes of the tree once apps are loaded
