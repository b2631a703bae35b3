"""Settings are read from named variables, explained in the deployment notes, and shown by doctor without secrets."""

from __future__ import annotations

import re

from hengjian.cli import configuration
from hengjian.cli.configuration import SHOWN, all_settings, unknown_variables
from tests.house.tree import PACKAGE, ROOT

VARIABLE = re.compile(r"HENGJIAN_[A-Z0-9_]+")


def test_every_setting_is_shown_and_explained():
    read = set(VARIABLE.findall((PACKAGE / "settings.py").read_text()))
    notes = (ROOT / "deploy" / "README.md").read_text()
    explained = set(VARIABLE.findall(notes)) | {f"HENGJIAN_SMTP{end}" for end in re.findall(r"`(_[A-Z]+)`", notes)}
    assert set(SHOWN) == read
    assert read - explained == set()


def test_settings_are_read_from_the_environment_in_one_place():
    places = [path for path in PACKAGE.rglob("*.py") if path.name != "settings.py" and "getattr(settings, \"" in path.read_text()]
    assert places == []


def test_secrets_are_not_shown(monkeypatch, settings):
    settings.EMAIL_HOST_PASSWORD = "plum-rain-17"
    # A dictionary of its own: the one of the run tells threads of later tests where their database is.
    postgres = {"ENGINE": "django.db.backends.postgresql", "NAME": "hj", "USER": "u", "PASSWORD": "kites-23", "HOST": "db", "PORT": ""}
    settings.DATABASES = {"default": {**settings.DATABASES["default"], **postgres}}
    shown = {one.variable: one.value for one in all_settings()}
    assert shown["HENGJIAN_SMTP_PASSWORD"] == "已有"
    assert shown["HENGJIAN_DATABASE_URL"] == "PostgreSQL u@db:5432/hj"
    assert not any("plum" in value or "kites" in value or settings.SECRET_KEY in value for value in shown.values())


def test_a_slip_of_the_pen_is_named(monkeypatch):
    monkeypatch.setattr(configuration.os, "environ", {"HENGJIAN_BAKUP_DIR": "/x", "HENGJIAN_VAR": "/y", "HENGJIAN_CHROMIUM": "/z", "PATH": ""})
    assert unknown_variables() == ["HENGJIAN_BAKUP_DIR"]
