"""Pages, shell and components as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.web"
    label = "web"
    verbose_name = "门面"
