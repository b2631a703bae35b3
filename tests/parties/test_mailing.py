"""Letters: sent by the worker while they are news, tried again when the server is down, given up when refused."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.mail import EmailMessage

from hengjian.base import jobs as base_jobs
from hengjian.base.models import Receipt
from hengjian.cli.background import jobs_of_apps
from hengjian.parties import jobs, services
from hengjian.parties.models import Account, Message
from tests import factories


@pytest.fixture
def clerk(db, clock) -> Account:
    world = factories.world()
    return factories.account("mailed", "收信人", "institution_admin", world.institutions[0], email="clerk@example.test")


def tell(account: Account, title: str) -> Message:
    sent = services.send_message(account, actor=factories.SYSTEM, kind="reminder", title=title)
    assert sent is not None
    return sent


def subjects() -> list[str]:
    return [letter.subject for letter in mail.outbox]


def test_the_worker_mails_each_message_once(clerk):
    tell(clerk, "还差1天")
    assert jobs.mail_messages() == 1
    assert jobs.mail_messages() == 0
    assert subjects() == ["【衡鉴】还差1天"]


def test_what_is_read_or_old_or_to_a_switched_off_account_is_not_mailed(clerk, clock):
    tell(clerk, "旧")
    clock.forward(days=3)
    services.read_message(tell(clerk, "已读"), actor=factories.actor(clerk))
    off = factories.account("off", "停用", "filler", clerk.posts.get().organisation, email="off@example.test", is_active=False)
    tell(off, "停用")
    tell(clerk, "新")
    assert jobs.mail_messages() == 1
    assert subjects() == ["【衡鉴】新"]


def test_somebody_who_enters_an_address_late_is_not_flooded(clerk, clock):
    late = factories.account("late", "后填", "filler", clerk.posts.get().organisation)
    for n in range(5):
        tell(late, f"第{n}条")
        clock.forward(days=1)
    services.change_own_details(late, actor=factories.actor(late), email="late@example.test")
    jobs.mail_messages()
    assert subjects() == ["【衡鉴】第3条", "【衡鉴】第4条"]


def refusing(kind):
    def send(letter, *_args, **_kwargs):
        if "甲" in letter.subject:
            raise kind
        mail.outbox.append(letter)

    return send


def test_a_letter_refused_for_good_is_noted_and_holds_nobody_up(clerk, monkeypatch):
    refused, fine = tell(clerk, "甲"), tell(clerk, "乙")
    monkeypatch.setattr(EmailMessage, "send", refusing(SMTPRecipientsRefused({"clerk@example.test": (550, b"no such user")})))
    assert jobs.mail_messages() == 1
    rows = {row.pk: row for row in Message.objects.all()}
    assert "no such user" in rows[refused.pk].mail_error
    assert rows[fine.pk].mailed_at is not None
    assert jobs.mail_messages() == 0


@pytest.mark.parametrize("kind", [SMTPServerDisconnected("gone"), SMTPRecipientsRefused({"clerk@example.test": (451, b"later")}), socket.gaierror()])
def test_a_server_that_is_down_or_busy_is_tried_again(clerk, monkeypatch, kind):
    row = tell(clerk, "甲")
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refusing(kind))
        assert jobs.mail_messages() == 0
    assert (Message.objects.get(pk=row.pk).mail_error, Message.objects.get(pk=row.pk).mailed_at) == ("", None)
    assert jobs.mail_messages() == 1


def _answering(said: bytes, seconds: float) -> int:
    """A mail server that says this after so long and then nothing any more; return its port."""
    door = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        with door, door.accept()[0] as link:
            time.sleep(seconds)
            with suppress(OSError):
                link.sendall(said)
                link.recv(1024)

    threading.Thread(target=answer, daemon=True).start()
    return int(door.getsockname()[1])


@pytest.mark.parametrize(("said", "seconds"), [(b"\x00\xffgarbage\r\n", 0.0), (b"", 0.0), (b"220 late\r\n", 1.0), (b"421 not now\r\n", 0.0)])
def test_a_mail_server_that_talks_nonsense_or_is_slow_leaves_the_letter_waiting(clerk, settings, said, seconds):
    row = tell(clerk, "甲")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = _answering(said, seconds), 0.5
    assert jobs.mail_messages() == 0
    held = Message.objects.get(pk=row.pk)
    assert (held.mail_error, held.mailed_at) == ("", None)


def test_the_worker_has_what_the_house_needs_done():
    assert {"parties.mail_messages", "parties.clear_sessions", "base.forget_receipts", "registry.forget_uploads"} <= set(jobs_of_apps())


def test_sessions_and_receipts_that_ran_out_are_deleted(clerk, clock):
    for name, day in (("old", datetime(2001, 1, 1, tzinfo=UTC)), ("new", datetime(2199, 1, 1, tzinfo=UTC))):
        Session.objects.create(session_key=name, session_data="", expire_date=day)
    for name, days in (("old", 91), ("new", 89)):
        Receipt.objects.create(account_id=clerk.pk, key=name, fingerprint="x", at=clock.now() - timedelta(days=days))
    jobs.clear_sessions()
    base_jobs.forget_receipts()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    assert list(Receipt.objects.values_list("key", flat=True)) == ["new"]
