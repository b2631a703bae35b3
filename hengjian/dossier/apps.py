"""Evidence in, documents out, as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.dossier"
    label = "dossier"
    verbose_name = "案卷"
