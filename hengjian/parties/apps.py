"""Authorities, organisations, accounts and posts as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.parties"
    label = "parties"
    verbose_name = "主体"

    def ready(self) -> None:
        # Both need loaded apps; the first registers listeners.
        from hengjian.parties import listeners  # noqa: F401
        from hengjian.parties.login import listen

        listen()
