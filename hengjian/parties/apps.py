"""Authorities, organisations, accounts and posts as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.parties"
    label = "parties"
    verbose_name = "主体"

    def ready(self) -> None:
        # All need loaded apps; the first registers listeners, the second what is sealed in tables of a library.
        from hengjian.parties import listeners, second_factors  # noqa: F401
        from hengjian.parties.login import listen

        listen()
