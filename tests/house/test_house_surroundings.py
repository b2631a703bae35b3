"""What surrounds the code: templates under the strict CSP, locks, traces of a workplace, translations, migrations."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from scripts.messages import faults as message_faults
from tests.house.tree import PACKAGE, ROOT, committed_files, name_of

TEMPLATES = sorted(path for path in PACKAGE.rglob("templates/**/*.html"))
FORBIDDEN_IN_TEMPLATES = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=|\bhx-on\b"),
    "an inline script": re.compile(r"<script\b(?![^>]*\b(?:src\s*=|type=[\"']application/json))"),
    "a script address": re.compile(r"javascript:"),
    "|safe": re.compile(r"\|\s*safe\b"),
}
# Spelled in parts: this file is looked at too.
TRACES = ["/" + "work/", "/" + "farm/", "farm" + "-", "/tmp" + "/hj", "bash" + "_jobs"]
LEFTOVERS = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "NotImplemented" + r"Error\(", r"mark\.(?:sk" + "ip|xf" + "ail)"]))
CODE = {".py", ".js", ".mjs", ".ts", ".vue", ".html", ".css"}


def _without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", "", text, flags=re.DOTALL)


def test_templates_keep_to_the_strict_policy():
    found = [
        f"{name_of(path)}: {what}"
        for path in TEMPLATES
        for what, pattern in FORBIDDEN_IN_TEMPLATES.items()
        if pattern.search(_without_comments(path.read_text()))
    ]
    assert found == []


def test_locks_name_no_host():
    python_locks = [path for path in (ROOT / "requirements").glob("*.txt") if "://" in path.read_text()]
    node_locks = [path for path in ROOT.glob("clients/*/package-lock.json") if '"resolved"' in path.read_text()]
    assert [name_of(path) for path in python_locks + node_locks] == []


def test_locks_pin_every_package_by_hash():
    bare = []
    for lock in (ROOT / "requirements").glob("*.txt"):
        blocks = re.split(r"\n(?=\S)", lock.read_text())
        bare += [
            f"{lock.name}: {block.splitlines()[0]}"
            for block in blocks
            if block[:1].isalnum() and ("==" not in block or "--hash=sha256:" not in block)
        ]
    assert bare == []


def test_tree_bears_no_trace_of_a_workplace():
    found = []
    for path in committed_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {trace}" for trace in TRACES if trace in text]
    assert found == []


def test_nothing_is_left_for_later():
    found = [
        f"{name_of(path)}: {match[0]}"
        for path in committed_files()
        if path.suffix in CODE
        for match in LEFTOVERS.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_text_has_its_english():
    assert message_faults() == []


@pytest.mark.django_db
def test_models_and_migrations_agree():
    said = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, verbosity=1)
    except (CommandError, SystemExit):
        pytest.fail(said.getvalue())
