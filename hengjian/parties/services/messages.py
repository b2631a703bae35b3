"""Messages: into the inbox at once, by e-mail when a server is set up."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import NotAllowed
from hengjian.base.scope import EVERYTHING
from hengjian.parties.models import Account, Message

SEND = title("parties.send_message", "发出消息")
READ = title("parties.read_message", "阅读消息")
MAIL = title("parties.mail_messages", "发出邮件")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Draft:
    """A message still to be sent."""

    account: Account
    kind: str
    title: str
    body: str = ""
    url: str = ""
    dedupe: str = ""


def send_message(account: Account, *, actor: Any, kind: str, title: str, body: str = "", url: str = "", dedupe: str = "") -> Message | None:
    """Send one message; ``None`` when one with the same ``dedupe`` was sent before."""
    sent = send_messages([Draft(account, kind, title, body, url, dedupe)], actor=actor)
    return sent[0] if sent else None


def send_messages(drafts: Iterable[Draft], *, actor: Any) -> list[Message]:
    """Send many messages; those whose ``dedupe`` was used before are left out."""
    made = {}
    for draft in drafts:
        row = Message(account=draft.account, kind=draft.kind, title=draft.title[:200], body=draft.body, url=draft.url, at=clock.now())
        row.dedupe = f"{draft.account.pk.hex}:{draft.dedupe}"[:120] if draft.dedupe else row.id.hex
        made[row.dedupe] = row
    with audited_action(SEND, actor=actor) as act:
        there = set(Message.objects.filter(dedupe__in=list(made)).values_list("dedupe", flat=True))
        return act.add_many([row for key, row in made.items() if key not in there])


def read_message(message: Message, *, actor: Any) -> Message:
    """Mark a message as read; only its addressee does."""
    with audited_action(READ, actor=actor) as act:
        message = act.take(message)
        act.require(message.account_id == actor.id, "这不是发给您的消息。")
        message.read_at = message.read_at or clock.now()
    return message


def read_messages(messages: list[Message], *, actor: Any) -> int:
    """Mark several as read."""
    if any(m.account_id != actor.id for m in messages):
        raise NotAllowed("这不是发给您的消息。")
    with audited_action(READ, actor=actor) as act:
        return len(act.change_many(messages, _mark_read, fields=("read_at",)))


def _mark_read(message: Message) -> None:
    message.read_at = message.read_at or clock.now()


def _address(message: Message) -> str:
    """The address as a mail needs it: with the public name of this installation."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{message.url}" if message.url.startswith("/") else message.url


def mail_pending(*, actor: Any, limit: int = 200) -> int:
    """Send by e-mail what has not been sent yet; return how many went out. Without a server: nothing, no error."""
    if not settings.EMAIL_HOST and "smtp" in settings.EMAIL_BACKEND:
        return 0
    waiting = list(Message.objects.within(EVERYTHING).filter(mailed_at=None, mail_error="").exclude(account__email="").select_related("account")[:limit])
    if not waiting:
        return 0
    failed: dict[Any, str] = {}
    with get_connection() as connection:
        for message in waiting:
            try:
                EmailMessage(f"【衡鉴】{message.title}", f"{message.body}\n{_address(message)}", to=[message.account.email], connection=connection).send()
            except (SMTPException, OSError) as error:
                log.warning("mail not sent: %s", error)
                failed[message.pk] = str(error)[:200]
    with audited_action(MAIL, actor=actor) as act:
        def note(message: Message) -> None:
            message.mail_error = failed.get(message.pk, "")
            message.mailed_at = None if message.mail_error else clock.now()

        act.change_many(waiting, note, fields=("mailed_at", "mail_error"))
    return len(waiting) - len(failed)
