"""Evidence in, documents out, as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.dossier"
    label = "dossier"
    verbose_name = "案卷"

    def ready(self) -> None:
        from hengjian.dossier.services import scrubbing  # noqa: F401  its files are part of the check of the storage once apps are loaded
