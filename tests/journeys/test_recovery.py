"""After the database was put back: everybody is told, two administrators consent at their own screens, work goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from hengjian.base.ledger import continuity, sequencer, witness
from hengjian.base.ledger.checkpoints import latest
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.verify import verify
from hengjian.base.models import LedgerEntry, LedgerEpoch
from hengjian.parties import services
from hengjian.parties.states import Role
from tests import factories
from tests.accessibility import assert_accessible
from tests.journeys.desks import Desk, Office
from tests.web.people import Cast, cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SHOTS = os.environ.get("HENGJIAN_SHOTS", "")
WHY = "六月三日磁盘损坏，恢复到当日早晨的备份，缺失的由各人补办。"


class _Undo(Exception):
    """Takes the database back to where it was."""


@pytest.fixture
def people(clock: Any, settings: Any, tmp_path: Path, transactional_db: Any) -> Iterator[Cast]:
    """The cast; a clerk's acts were sealed and are remembered, and the database is as before them."""
    made = cast()
    settings.WITNESS_DIRS = [tmp_path / "witness"]
    continuity.look_anew()
    sequencer.sequence_all()
    clock.set(2024, 6, 3, 10)
    _do_and_lose(made, lambda: services.set_active(
        made.accounts[Role.FILLER], actor=made.actor(Role.INSTITUTION_ADMIN), active=False, reason="离岗"))
    yield made
    continuity.look_anew()


def _do_and_lose(people: Cast, act: Callable[[], object]) -> None:
    start, actor = latest(), factories.actor(people.accounts[Role.SUPERVISOR])
    try:
        with transaction.atomic():
            act()
            for n in range(4):
                services.change_own_details(people.accounts[Role.SUPERVISOR], actor=actor, email=f"a{n}@example.test")
            sequencer.sequence_all()
            point = latest()
            rows = LedgerEntry.objects.filter(sequence__gte=start.size if start else 0).order_by("sequence")
            named = sequencer._named(list(rows.values_list("sequence", "id", "at", "action", "object_type", "object_id", "actor_id", "leaf")), 1)
            raise _Undo
    except _Undo:
        assert point is not None
        witness.remember(point.note, named)
    continuity.look_anew()


@pytest.fixture
def office(browser: Any, live_server: Any, people: Cast) -> Iterator[Office]:
    held = Office(browser, live_server.url)
    yield held
    held.close()


def _shot(desk: Desk, name: str) -> None:
    assert_accessible(desk.page)
    wide = desk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{desk.page.url} is {wide} px too wide"
    if SHOTS:
        desk.page.screenshot(path=Path(SHOTS) / f"recovery-{name}.png", full_page=True)


def _consent(desk: Desk, name: str) -> None:
    desk.go("/recovery/")
    _shot(desk, name)
    desk.page.get_by_label("原因").select_option(label="恢复到较早时刻")
    desk.page.get_by_label("经过和理由").fill(WHY)
    desk.press("确认从现有数据继续")


def test_two_people_at_two_screens_open_the_next_epoch(office: Office, people: Cast) -> None:
    officer = office("a-supervisor")
    officer.sees("系统现在只能查看，不能办理")
    _shot(officer, "banner")
    officer.go("/parties/me/")
    officer.page.get_by_label("电子邮箱").fill("again@example.test")
    officer.press("保存资料")
    officer.sees("系统现在只能查看", "恢复办理以后请再提交一次，不会重复办理")
    _shot(officer, "refused")
    system = office("a-system_admin")
    _consent(system, "system")
    system.sees("还需要另一位管理员确认", "等待另一位管理员")
    _shot(system, "one")
    auditor = office("a-audit_admin", width=390, height=844)
    _consent(auditor, "phone")
    auditor.sees("第2纪元已经开启", "账本与留存的封存点相符", "已开启的纪元")
    _shot(auditor, "opened")
    system.go("/recovery/")
    _shot(system, "after")
    officer.go("/parties/me/")
    officer.page.get_by_label("电子邮箱").fill("again@example.test")
    officer.press("保存资料")
    officer.sees("资料已保存")
    sequencer.sequence_all()
    assert (verify().faults, reconcile().faults, LedgerEpoch.objects.get().named) == ([], [], 5)
