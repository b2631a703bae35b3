"""Every command explains itself, in Chinese and English, and quickly."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command

from hengjian.cli.app import app

ASKED = {
    "demo", "serve", "worker", "migrate", "packs check", "packs show", "packs import-xlsx", "import", "init", "export",
    "ledger verify", "ledger reconcile", "ledger storage", "ledger show", "ledger recover", "ledger witness", "ledger proof", "backup", "restore", "doctor", "keys show", "keys rotate",
    "screen",
}  # fmt: skip


def _commands():
    found = {}
    for name, command in get_command(app).commands.items():
        for inner, leaf in getattr(command, "commands", {"": command}).items():
            found[f"{name} {inner}".strip()] = leaf
    return found


def test_all_commands_are_there():
    assert set(_commands()) == ASKED


@pytest.mark.parametrize("name", sorted(ASKED))
def test_help_speaks_both_languages(name):
    text = _commands()[name].help
    assert re.search(r"[\u4e00-\u9fff]{4}", text)
    assert re.search(r"[A-Za-z]{3,} [a-z]{2,}", text)


@pytest.mark.parametrize("name", sorted(ASKED))
def test_every_option_is_explained(name):
    silent = [one.name for one in _commands()[name].params if one.name != "help" and not getattr(one, "help", "")]
    assert silent == []
