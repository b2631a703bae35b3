"""What was filed or issued stays as it was, byte for byte, however often it is corrected afterwards."""

from __future__ import annotations

import hashlib
import json
import random

import pytest

from hengjian.base.actions import audited_action
from hengjian.base.guard import LastingRow
from hengjian.campaigns.services import filing
from hengjian.dossier.models import Document
from hengjian.dossier.services import document_file
from hengjian.forms.models import SheetEdition
from tests.campaigns import selfchecks
from tests.factories import SYSTEM, all_of

PER_FILING = 8

pytestmark = pytest.mark.django_db


def canonical(edition):
    return json.dumps(edition.payload, ensure_ascii=False, sort_keys=True).encode(), edition.digest, edition.filed_at, edition.filed_by_name


def edit(scene, submission, rng):
    """One answer of one person, changed and changed back before the next filing."""
    name = rng.choice(selfchecks.names(submission))
    selfchecks.fill(submission, scene.clerk, {name: {"remarks": f"第{rng.randrange(10**6)}次补充说明"}})


@pytest.mark.parametrize("edits", [16, pytest.param(1000, marks=pytest.mark.slow)])
def test_every_edition_is_handed_out_as_it_was_filed(clock, edits):
    rng, scene = random.Random(5), selfchecks.scene(clock)
    submission = scene.filed()
    kept, papers = {}, {}
    for _round in range(edits // PER_FILING):
        edition = all_of(SheetEdition).filter(sheet=submission.sheet).latest("number")
        paper = all_of(Document).get(pk=submission.document_id)
        kept[edition.pk] = canonical(edition)
        papers[paper.pk] = hashlib.sha256(document_file(scene.clerk.scope, paper, "xlsx")[1]).hexdigest()
        filing.withdraw_submission(submission, actor=scene.clerk, reason="补充说明后重新报送")
        submission = scene.submission()
        for _edit in range(PER_FILING):
            edit(scene, submission, rng)
        clock.forward(minutes=7)
        submission = scene.file()

    editions = all_of(SheetEdition).filter(sheet=submission.sheet)
    assert editions.count() == edits // PER_FILING + 1
    assert {row.pk: canonical(row) for row in editions if row.pk in kept} == kept
    told = {row.pk: hashlib.sha256(document_file(scene.clerk.scope, row, "xlsx")[1]).hexdigest() for row in all_of(Document).filter(pk__in=papers)}
    assert told == papers


def test_no_service_can_change_or_remove_an_edition(clock):
    scene = selfchecks.scene(clock)
    submission = scene.filed()
    edition = all_of(SheetEdition).get(sheet=submission.sheet)
    paper = all_of(Document).get(pk=submission.document_id)
    with pytest.raises(LastingRow, match=r"SheetEdition .*: digest"), audited_action("test.touch", actor=SYSTEM) as act:
        act.take(edition).digest = "0" * 64
    with pytest.raises(LastingRow, match="SheetEdition"), audited_action("test.remove", actor=SYSTEM) as act:
        act.remove(edition)
    with pytest.raises(LastingRow, match=r"Document .*: payload"), audited_action("test.many", actor=SYSTEM) as act:
        act.change_many([paper], lambda row: setattr(row, "payload", {}), fields=["payload"])
    assert canonical(all_of(SheetEdition).get(pk=edition.pk)) == canonical(edition)


def test_columns_beside_what_lasts_may_follow(clock):
    """The seal comes after the paper; an area moves with the tree."""
    scene = selfchecks.scene(clock)
    paper = all_of(Document).get(pk=scene.filed().document_id)
    with audited_action("test.beside", actor=SYSTEM) as act:
        act.take(paper).sealed_by_name = "许若谷"
    assert all_of(Document).get(pk=paper.pk).sealed_by_name == "许若谷"
