"""Supervision visits as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.supervision"
    label = "supervision"
    verbose_name = "监督检查"
