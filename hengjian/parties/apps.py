"""Authorities, organisations, accounts and posts as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.parties"
    label = "parties"
    verbose_name = "主体"

    def ready(self) -> None:
        from hengjian.parties.login import listen  # needs loaded apps

        listen()
