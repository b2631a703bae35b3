"""The comparisons with the documents are worth their name: any word that is changed in a pack makes one of them fail."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from hengjian.forms.packs import find
from tests.forms import packs_mutations as mutations
from tests.forms import test_packs_campaigns_verbatim as campaigns
from tests.forms import test_packs_forms_verbatim as forms
from tests.forms import test_packs_particulars as particulars

MODULES = (forms, campaigns, particulars)
DEFINITIONS = mutations.all_definitions()
PACKS = sorted({code.rsplit(".", 1)[0] for code in DEFINITIONS})
SAMPLE = 45
"""So many places of each pack are tried; ``HENGJIAN_TEST_EVERY_WORD=1`` tries them all."""


@pytest.mark.parametrize("pack", PACKS)
def test_a_word_changed_in_a_pack_is_noticed(pack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {code: one for code, one in DEFINITIONS.items() if code.rsplit(".", 1)[0] == pack}
    places = [(code, path) for code, one in mine.items() for path, _text in mutations.quoted(one)]
    assert len(places) >= SAMPLE
    rng = random.Random(pack)
    checks = mutations.checks_of(*MODULES)
    unnoticed = []
    tried = places if os.environ.get("HENGJIAN_TEST_EVERY_WORD") else rng.sample(places, SAMPLE)
    for code, path in tried:
        made = mutations.changed(DEFINITIONS[code], path, rng)
        others = {other: one for other, one in DEFINITIONS.items() if other != code}
        for module in MODULES:
            _let_read(module, {**others, code: made}, monkeypatch)
        if not mutations.is_noticed(made, [one for one in checks if mutations.about(one, made)], others):
            unnoticed.append((code, path))
    assert unnoticed == [], unnoticed


def _let_read(module: Any, held: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find", lambda code, *_more: held.get(code) or find(code))
    monkeypatch.setattr(module, "load", lambda *_more: list(held.values()))


@pytest.mark.parametrize("pack", PACKS)
def test_an_unchanged_pack_raises_no_alarm(pack: str) -> None:
    checks = mutations.checks_of(*MODULES)
    for code, one in DEFINITIONS.items():
        if code.rsplit(".", 1)[0] == pack:
            others = {other: held for other, held in DEFINITIONS.items() if other != code}
            assert not mutations.is_noticed(one, [check for check in checks if mutations.about(check, one)], others)
