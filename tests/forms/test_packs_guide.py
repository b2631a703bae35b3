"""The author's guide says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from hengjian.forms.packs import check, load
from hengjian.forms.packs.building import KINDS
from hengjian.forms.packs.reading import DATA_KINDS

GUIDE = (Path(__file__).parents[2] / "docs" / "packs.md").read_text(encoding="utf-8")


def test_the_example_of_the_guide_is_sound(tmp_path):
    examples = re.findall(r"^`(\w+\.yaml)`\n```yaml\n(.*?)^```", GUIDE, flags=re.MULTILINE | re.DOTALL)
    assert [name for name, _ in examples] == ["pack.yaml", "check.yaml"]
    for name, text in examples:
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert check([tmp_path]) == []
    assert [each.code for each in load(tmp_path)] == ["local.valves.check"]


def test_the_guide_explains_every_kind_and_names_every_folder():
    assert {kind for kind in (*KINDS, *DATA_KINDS) if f"### {kind}\n" not in GUIDE} == set()
    folders = {each.origin.rsplit("/", 1)[0] for each in load()}
    assert {folder for folder in folders if f"`{folder}`" not in GUIDE} == set()
