"""The settings of an installation as doctor tells them: which variable, its value, whether it was set; secrets never."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

PREFIX = "HENGJIAN_"
OTHERS = frozenset({"HENGJIAN_CHROMIUM", "HENGJIAN_SHOTS", "HENGJIAN_TEST_DATABASE_URL"})
"""Variables of the tests and of the pictures for the guide."""


@dataclass(frozen=True)
class Setting:
    """One setting: its environment variable, its value in words, whether somebody set it."""

    variable: str
    value: str
    is_set: bool


def _database() -> str:
    given: dict[str, Any] = settings.DATABASES["default"]
    if given["ENGINE"].endswith("sqlite3"):
        return f"SQLite {given['NAME']}"
    return f"PostgreSQL {given['USER']}@{given['HOST']}:{given['PORT'] or 5432}/{given['NAME']}"


def _several(name: str) -> Callable[[], str]:
    return lambda: "、".join(str(one) for one in getattr(settings, name)) or "无"


def _plain(name: str) -> Callable[[], str]:
    return lambda: str(getattr(settings, name)) or "无"


def _switch(name: str) -> Callable[[], str]:
    return lambda: "是" if getattr(settings, name) else "否"


def _hidden(name: str) -> Callable[[], str]:
    return lambda: "已有" if getattr(settings, name) else "无"


SHOWN: dict[str, Callable[[], str]] = {
    "HENGJIAN_ENV": _plain("ENV"),
    "HENGJIAN_MODE": _plain("MODE"),
    "HENGJIAN_DEMO": _switch("DEMO"),
    "HENGJIAN_VAR": _plain("VAR_DIR"),
    "HENGJIAN_DATABASE_URL": _database,
    "HENGJIAN_DATABASE_OWNER_URL": _hidden("DATABASE_OWNER"),
    "HENGJIAN_BACKUP_DIR": _plain("BACKUP_DIR"),
    "HENGJIAN_WITNESS_DIR": _several("WITNESS_DIRS"),
    "HENGJIAN_FONTS": _plain("FONT_DIR"),
    "HENGJIAN_PACKS": _several("PACK_DIRS"),
    "HENGJIAN_SECRET_KEY": _hidden("SECRET_KEY"),
    "HENGJIAN_HOSTS": _several("ALLOWED_HOSTS"),
    "HENGJIAN_ORIGINS": _several("CSRF_TRUSTED_ORIGINS"),
    "HENGJIAN_PROXIES": _several("PROXIES"),
    "HENGJIAN_WEAK_DATABASE": _switch("WEAK_DATABASE"),
    "HENGJIAN_PUBLIC_URL": _plain("PUBLIC_URL"),
    "HENGJIAN_REQUIRE_2FA": _switch("REQUIRE_2FA"),
    "HENGJIAN_HIDE_SUPERIORS": _switch("HIDE_SUPERIORS"),
    "HENGJIAN_UPLOAD_MB": _plain("UPLOAD_MAX_MB"),
    "HENGJIAN_JAILS": _plain("JAILS"),
    "HENGJIAN_ORIGIN": _plain("LEDGER_ORIGIN"),
    "HENGJIAN_LEDGER_VERIFIERS": _several("LEDGER_VERIFIERS"),
    "HENGJIAN_TIME_AUTHORITY_URL": _plain("TIME_AUTHORITY_URL"),
    "HENGJIAN_SMTP_HOST": _plain("EMAIL_HOST"),
    "HENGJIAN_SMTP_PORT": _plain("EMAIL_PORT"),
    "HENGJIAN_SMTP_USER": _plain("EMAIL_HOST_USER"),
    "HENGJIAN_SMTP_PASSWORD": _hidden("EMAIL_HOST_PASSWORD"),
    "HENGJIAN_SMTP_TLS": _switch("EMAIL_USE_TLS"),
    "HENGJIAN_MAIL_FROM": _plain("DEFAULT_FROM_EMAIL"),
    "HENGJIAN_LOG": lambda: str(logging.getLevelName(logging.getLogger().level)),
    "HENGJIAN_SERVER_LOG": _plain("SERVER_LOG"),
}


def all_settings() -> list[Setting]:
    """Every setting, with its value as it counts now."""
    return [Setting(variable, value(), bool(os.environ.get(variable))) for variable, value in SHOWN.items()]


def unknown_variables() -> list[str]:
    """Variables of the environment that look like settings and are none, such as a slip of the pen."""
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in SHOWN and name not in OTHERS)
