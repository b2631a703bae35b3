"""Campaigns, self-checks and statistics returns as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.campaigns"
    label = "campaigns"
    verbose_name = "专项行动"

    def ready(self) -> None:
        from hengjian.campaigns.queries import campaigns_seen  # these need loaded apps
        from hengjian.dossier.policy import keep_with_row

        keep_with_row("campaigns.campaign", lambda scope, pk: campaigns_seen(scope).filter(pk=pk).exists())
        from hengjian.campaigns import listeners  # noqa: F401  registers listeners once apps are loaded
        from hengjian.campaigns.services import following_tree  # noqa: F401  its rows follow changes of the tree once apps are loaded
