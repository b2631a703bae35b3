"""Orders and cases as a Django app."""

from functools import partial

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.enforcement"
    label = "enforcement"
    verbose_name = "执法与信用"

    def ready(self) -> None:
        from hengjian.base.scope import EVERYTHING  # these need loaded apps
        from hengjian.dossier.policy import keep_back
        from hengjian.enforcement import queries

        keep_back("enforcement.order", partial(queries.is_unserved, EVERYTHING))
        from hengjian.enforcement import listeners  # noqa: F401  registers listeners once apps are loaded
        from hengjian.enforcement.services import following_tree  # noqa: F401  its rows follow changes of the tree once apps are loaded
