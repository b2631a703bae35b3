"""Definitions from packs and filled sheets, as a Django app."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "hengjian.forms"
    label = "forms"
    verbose_name = "表单"
