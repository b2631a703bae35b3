"""No case of the catalogue of bad input is without its test, and what is said not to exist does not exist."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from hengjian.base.routes import routes
from tests.trust.catalogue_e import CASES, Case

ROOT = Path(__file__).resolve().parents[2]


@cache
def _tests_in(name: str) -> set[str]:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_case_is_listed_once() -> None:
    assert [case.number for case in CASES] == list(range(1, 59))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"E{case.number}")
def test_every_case_has_its_test_or_its_reason(case: Case) -> None:
    assert bool(case.tests) != bool(case.absent)
    missing = [one for one in case.tests if one.partition("::")[2] not in _tests_in(one.partition("::")[0])]
    assert missing == []


@pytest.mark.parametrize("case", [case for case in CASES if case.absent], ids=lambda case: f"E{case.number}")
def test_what_is_said_to_be_absent_is_absent(case: Case) -> None:
    """Neither an address nor a table is named like it."""
    addresses = [f"{path} {name}".lower() for path, name, _rule in routes()]
    tables = [model._meta.label_lower.partition(".")[2] for model in apps.get_models()]
    names = {word for one in addresses for word in one.replace("/", " ").replace("_", " ").replace(":", " ").replace("-", " ").split()} | set(tables)
    assert case.words
    assert [name for name in sorted(names) for word in case.words if name.startswith(word)] == []
