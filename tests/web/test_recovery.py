"""A database that was put back: everything can be read, nothing done, until two people consent; then a new epoch goes on."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from hengjian.base.ledger import sequencer
from hengjian.base.ledger.continuity import look, look_anew
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.verify import verify
from hengjian.base.models import LedgerConsent, LedgerEntry, LedgerEpoch
from hengjian.base.models.receipts import Receipt
from hengjian.cli.background import Ticker, jobs_of_apps
from hengjian.parties import services
from hengjian.parties.models import Account, SignIn
from hengjian.parties.states import Role
from tests import factories
from tests.web.people import Cast, cast

RECOVERY = "/recovery/"
WHY = "六月三日磁盘损坏，恢复到当日早晨的备份，缺失的由各人补办"
DETAILS = {"email": "new@example.test", "language": "zh-hans", "density": "normal", "_receipt": "details-once"}


class _Undo(Exception):
    """Takes the database back to where it was."""


@contextmanager
def put_back():
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        look_anew()


@pytest.fixture
def people(db, clock, settings, tmp_path, django_capture_on_commit_callbacks) -> Cast:
    """The cast, after somebody's act was sealed and the database then put back to before it."""
    settings.WITNESS_DIRS = [tmp_path / "witness"]
    look_anew()
    made = cast()
    _sealed(django_capture_on_commit_callbacks)
    clock.set(2024, 6, 3, 10)
    with put_back():
        _change_details(made)
        _sealed(django_capture_on_commit_callbacks)
    return made


def _sealed(capture):
    with capture(execute=True):
        sequencer.sequence_all()
    look_anew()


def _change_details(people):
    return people.client(Role.SUPERVISOR).post(reverse("parties:change_own"), DETAILS)


def _consent(people, role, *, client=None, **changed):
    given = {"cause": "behind", "situation": look().situation, "reason": WHY, **changed}
    return (client or people.client(role)).post(reverse("web:consent_to_recovery"), given)


def _both(people, capture, **changed):
    with capture(execute=True):
        answers = [_consent(people, role, **changed) for role in (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN)]
    look_anew()
    return [answer.status_code for answer in answers]


def test_pages_can_be_read_and_say_on_top_that_nothing_can_be_done(people):
    for role in (Role.SUPERVISOR, Role.QUALITY_MANAGER, Role.AUTHORITY_ADMIN, *(Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN)):
        answer = people.client(role).get("/")
        assert answer.status_code == 200
        assert "系统现在只能查看，不能办理" in answer.content.decode()
        assert (RECOVERY in answer.content.decode()) == (role in (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN))
    assert "系统现在只能查看，不能办理" in Client().get("/account/login/").content.decode()


@pytest.mark.parametrize(("headers", "where"), [({}, "页面可以照常查看"), ({"Accept": "application/json"}, "两人确认后恢复办理"), ({"HX-Request": "true"}, "两人确认后恢复办理")])
def test_every_command_is_refused_with_the_reason_and_leaves_nothing(people, headers, where):
    before = LedgerEntry.objects.count()
    answer = people.client(Role.SUPERVISOR).post(reverse("parties:change_own"), DETAILS, headers=headers)
    said = answer.json()["detail"] if "Accept" in headers else answer.content.decode()
    assert (answer.status_code, where in said) == (503, True)
    assert "条缺失" in said
    assert (Receipt.objects.count(), LedgerEntry.objects.exclude(action="parties.sign_in").count()) == (0, before)


def test_the_worker_rests(people):
    entries = LedgerEntry.objects.count()
    assert Ticker(jobs_of_apps()).run_due(1e9) == []
    assert sequencer.sequence_all() == 0
    assert LedgerEntry.objects.count() == entries


def test_people_sign_in_and_out_and_that_is_entered(people):
    client = Client()
    answer = client.post("/account/login/", {"login": "a-supervisor", "password": "rest-assured-9"})
    assert answer.status_code == 302
    assert SignIn.objects.get(account=people.accounts[Role.SUPERVISOR]).succeeded
    client.post("/account/logout/")
    assert SignIn.objects.get(account=people.accounts[Role.SUPERVISOR]).ended_at is not None
    assert LedgerEntry.objects.filter(action__in=["parties.sign_in", "parties.end_sign_in"], sequence__isnull=True).count() == 2


def test_the_page_names_what_is_missing(people):
    page = people.client(Role.SECURITY_ADMIN).get(RECOVERY).content.decode()
    assert "数据被恢复到了较早的时刻" in page
    assert "修改本人资料" in page
    assert people.accounts[Role.SUPERVISOR].name in page
    assert "逐条验算相符，没有遗漏" in page
    assert look().ours.root in page
    assert look().known.said.root.hex() in page
    assert "确认从现有数据继续" not in page
    listed = people.client(Role.AUDIT_ADMIN).get(reverse("web:lost_entries")).content.decode().splitlines()
    assert [json.loads(line)["action"] for line in listed].count("parties.change_own_details") == 1
    assert people.client(Role.SUPERVISOR).get(RECOVERY).status_code == 403


def test_one_alone_changes_nothing_and_two_of_one_post_are_one(people):
    assert _consent(people, Role.SYSTEM_ADMIN).status_code == 302
    assert not look().is_sound
    assert _consent(people, Role.SYSTEM_ADMIN).status_code == 422
    other = factories_account(people, "system-two", "另一系统管理员", Role.SYSTEM_ADMIN)
    assert "同一岗位已有人确认" in _consent(people, "", client=other).content.decode()
    assert _consent(people, Role.SECURITY_ADMIN).status_code == 403
    assert (LedgerConsent.objects.count(), LedgerEpoch.objects.count()) == (1, 0)
    assert "尚未确认" in people.client(Role.AUDIT_ADMIN).get(RECOVERY).content.decode()


def factories_account(people, username, name, role, **more):
    """A client of one more account; made as somebody could who writes to the database."""
    look_anew()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hengjian.base.actions.must_be_open", lambda _name: None)
        row = factories.account(username, name, role, **more)
    client = Client()
    client.force_login(row)
    return client


@pytest.mark.parametrize(("name", "phone"), [("系统管理员", "13900001111"), ("赵某", "13800002222")])
def test_two_accounts_of_one_person_are_one_person(people, name, phone):
    first = factories_account(people, "first", "系统管理员", Role.SYSTEM_ADMIN, phone="13800002222")
    assert _consent(people, "", client=first).status_code == 302
    second = factories_account(people, "second", name, Role.AUDIT_ADMIN, phone=phone)
    answer = _consent(people, "", client=second)
    assert (answer.status_code, "须由两个不同的人确认" in answer.content.decode()) == (422, True)
    assert LedgerEpoch.objects.count() == 0


@pytest.mark.parametrize(("changed", "words"), [
    ({"reason": "恢复"}, "至少10个字"), ({"cause": "forked"}, "请选择与实际情况一致的原因"), ({"situation": "0" * 64}, "情况已经变化"),
])
def test_a_consent_is_to_what_is_and_says_why(people, changed, words):
    answer = _consent(people, Role.SYSTEM_ADMIN, **changed)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert LedgerConsent.objects.count() == 0


def test_two_people_consent_and_the_lost_command_is_done_anew_under_its_old_key(people, clock, django_capture_on_commit_callbacks):
    assert _both(people, django_capture_on_commit_callbacks) == [302, 302]
    row = LedgerEpoch.objects.get()
    assert [one["role"] for one in row.consents] == ["system_admin", "audit_admin"]
    first = LedgerEntry.objects.get(sequence=row.start)
    assert (first.action, first.object_id) == ("base.open_epoch", row.pk)
    assert look().is_sound
    answer = _change_details(people)
    assert (answer.status_code, "Idempotency-Replayed" in answer) == (302, False)
    assert "Idempotency-Replayed" in _change_details(people)
    assert Account.objects.get(pk=people.accounts[Role.SUPERVISOR].pk).email == "new@example.test"
    _sealed(django_capture_on_commit_callbacks)
    assert (verify().faults, reconcile().faults) == ([], [])
    waiting = LedgerEntry.objects.filter(action="parties.consent_to_recovery").values_list("sequence", flat=True)
    assert sorted(waiting)[0] > row.start, "what was written meanwhile comes after the entry that begins the epoch"


def test_afterwards_everybody_who_looks_is_told_of_the_gap(people, django_capture_on_commit_callbacks):
    _both(people, django_capture_on_commit_callbacks)
    page = people.client(Role.AUDIT_ADMIN).get(RECOVERY).content.decode()
    assert "第2纪元" in page
    assert WHY in page
    assert "修改本人资料" in page
    account = people.accounts[Role.SUPERVISOR]
    told = people.client(Role.AUDIT_ADMIN).get(reverse("web:history", args=["parties.account", account.pk])).content.decode()
    assert "之间的改动已缺失" in told
    unknown = Client().get("/verify/HJ-2024-AAAA-AAAA/")
    assert (unknown.status_code, "曾在故障后恢复" in unknown.content.decode()) == (404, True)
    assert "只能查看" not in people.client(Role.SUPERVISOR).get("/").content.decode()


def test_a_fork_shows_both_roots_and_wants_its_own_cause(people, settings, django_capture_on_commit_callbacks):
    remembered, settings.WITNESS_DIRS = settings.WITNESS_DIRS, []
    services.set_active(people.accounts[Role.FILLER], actor=people.actor(Role.INSTITUTION_ADMIN), active=False, reason="离岗")
    _change_details(people)
    _change_details(people)
    sequencer.sequence_all()
    settings.WITNESS_DIRS = remembered
    look_anew()
    page = people.client(Role.AUDIT_ADMIN).get(RECOVERY).content.decode()
    assert "账本出现分叉" in page
    assert [root in page for root in (look().ours.root, look().known.said.root.hex())] == [True, True]
    assert _both(people, django_capture_on_commit_callbacks) == [422, 422]
    assert _both(people, django_capture_on_commit_callbacks, cause="forked") == [302, 302]
    assert (LedgerEpoch.objects.get().cause, look().is_sound) == ("forked", True)
    _sealed(django_capture_on_commit_callbacks)
    assert (verify().faults, reconcile().faults) == ([], [])


def test_where_nothing_is_wrong_there_is_nothing_to_consent_to(db, clock):
    made = cast()
    page = made.client(Role.SYSTEM_ADMIN).get(RECOVERY).content.decode()
    assert "账本与留存的封存点相符" in page
    assert "数据库从未被恢复到较早的时刻" in page
    assert _consent(made, Role.SYSTEM_ADMIN).status_code == 422
