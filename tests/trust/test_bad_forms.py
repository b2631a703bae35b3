"""Forms filled in as nobody should: empty files, dates the wrong way round, reasons that are none, the last instant."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hengjian.base import clock as house_clock
from hengjian.base.errors import BadInput
from hengjian.campaigns import services as campaigns
from hengjian.campaigns.queries import selfcheck
from hengjian.dossier import services as dossier
from hengjian.dossier.models import Evidence
from hengjian.rectification import services as rectification
from hengjian.registry import services as registry
from hengjian.registry.models import Employment
from tests import factories
from tests.campaigns import scenes, selfchecks
from tests.dossier import files
from tests.factories import all_of
from tests.rectification import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(clock: Any) -> selfchecks.Scene:
    return selfchecks.scene(clock)


@pytest.mark.parametrize(("typed", "kept"), [("买买提•艾力", "买买提·艾力"), ("买买提·艾力", "买买提·艾力"), ("买买提・艾力", "买买提·艾力")])
def test_case_26_both_dots_find_a_name(scene: selfchecks.Scene, typed: str, kept: str) -> None:
    selfchecks.verified_person(kept, scene.institution)
    page = scenes.signed_in(scene.county).get(reverse("registry:people"), {"q": typed}).content.decode()
    assert kept in page


@pytest.mark.parametrize(("seconds", "is_late"), [(-0.1, False), (0.0, True)])
def test_case_29_the_last_instant_is_in_time_and_the_first_after_it_is_late(scene: selfchecks.Scene, clock: Any, seconds: float, is_late: bool) -> None:
    submission = scene.begun()
    selfchecks.fill(submission, scene.clerk, dict.fromkeys(selfchecks.names(submission), selfchecks.ALL_YES))
    midnight = datetime.combine(submission.due_on + timedelta(days=1), time(), tzinfo=house_clock.SHANGHAI)
    clock.set(midnight + timedelta(seconds=seconds))
    assert selfcheck.is_late(submission) == is_late
    filed = scene.file()
    assert (filed.state, house_clock.local_date(filed.filed_at) > filed.due_on) == ("filed", is_late)


def test_case_33_an_empty_file_is_no_file(scene: selfchecks.Scene) -> None:
    problem = cases.opened(scene.world)
    client = scenes.signed_in(scene.clerk)
    given = {"object_type": "rectification.problem", "object_id": str(problem.pk), "item": "after", "file": SimpleUploadedFile("空.jpg", b"")}
    answer = client.post(reverse("dossier:keep"), given)
    assert answer.status_code == 422
    assert "提交的是空文件" in answer.content.decode() or "0 字节" in answer.content.decode()
    with pytest.raises(BadInput, match="文件是空的（0 字节）。请检查后重新上传。"):
        dossier.keep_evidence("空.jpg", b"", actor=scene.clerk, owner_row=problem, object_type="rectification.problem", object_id=problem.pk, item="after")
    assert all_of(Evidence).count() == 0


def test_case_34_dates_in_the_wrong_order_are_said_at_their_field(scene: selfchecks.Scene) -> None:
    person = factories.person("温若谷", scene.institution)
    with pytest.raises(BadInput) as refused:
        registry.add_credential(
            person, actor=scene.clerk, certificate_no="T1", grade="inspector", categories=["3000"], issued_on=date(2024, 1, 1), valid_until=date(2020, 1, 1),
        )
    assert [fault.field for fault in refused.value.faults] == ["issued_on", "valid_until"]


@pytest.mark.parametrize("reason", ["。", "     ", "　　　　　", "\n\n\n\n\n\n", "\u200b\u200b\u200b\u200b\u200b", "。。。。。。"])
def test_case_36_a_dot_is_no_reason(scene: selfchecks.Scene, reason: str) -> None:
    submission = scene.submission()
    problem = cases.planned(scene.world, due=date(2024, 8, 20))
    with pytest.raises(BadInput):
        campaigns.ask_extension(submission, actor=scene.clerk, wanted_on=submission.due_on.replace(month=12), reason=reason)
    with pytest.raises(BadInput):
        rectification.ask_extension(problem, actor=scene.clerk, until=date(2024, 12, 1), reason=reason)
    with pytest.raises(BadInput):
        registry.end_employment(all_of(Employment).filter(institution=scene.institution)[0], actor=scene.clerk, on=date(2024, 7, 9), reason=reason)


def test_case_57_evidence_says_that_nobody_looked_for_viruses(scene: selfchecks.Scene) -> None:
    problem = cases.opened(scene.world)
    kept = dossier.keep_evidence(
        "现场.jpg", files.photo(), actor=scene.clerk, owner_row=problem, object_type="rectification.problem", object_id=problem.pk, item="after",
    )
    page = scenes.signed_in(scene.clerk).get(reverse("dossier:evidence", args=[kept.pk])).content.decode()
    assert "未查毒：系统没有接入查毒软件，下载后请先查毒再打开" in page
