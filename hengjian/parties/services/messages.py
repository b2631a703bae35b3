"""Messages: into the inbox at once, by e-mail when a server is set up."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from smtplib import SMTPAuthenticationError, SMTPConnectError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import NotAllowed
from hengjian.base.models import CheckState, LedgerCheck
from hengjian.base.scope import EVERYTHING
from hengjian.base.wording import in_chinese
from hengjian.parties import queries
from hengjian.parties.models import Account, Message, Post
from hengjian.parties.states import PLATFORM_ADMINS

SEND = title("parties.send_message", "发出消息")
READ = title("parties.read_message", "阅读消息")
MAIL = title("parties.mail_messages", "发出邮件")
PERMANENT = 500
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


def tell_of_ledger_faults(check_ids: Iterable[Any], *, actor: Any) -> int:
    """Tell the administrators of the platform of checks of the ledger that found something; return how many messages."""
    faulty = list(LedgerCheck.objects.filter(pk__in=list(check_ids), state=CheckState.FAULTY))
    guards = {one.account for role in PLATFORM_ADMINS for one in _posts_today(role)} if faulty else set()
    drafts = [_of_check(check, account) for check in faulty for account in guards]
    return len(send_messages(drafts, actor=actor)) if drafts else 0


def _posts_today(role: str) -> QuerySet[Post]:
    today = clock.today()
    held = Post.objects.within(EVERYTHING).filter(role=role, account__is_active=True, valid_from__lte=today)
    return held.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today)).select_related("account")


@in_chinese
def _of_check(check: LedgerCheck, account: Account) -> Draft:
    said = _("%(what)s：请保护现场，不要改动数据，立即报告。") % {"what": check.get_kind_display()}
    title = _("账本核对发现%(n)s处不符") % {"n": check.found}
    return Draft(account, "ledger", title, said, f"/ledger/checks/{check.pk}/", f"ledger:{check.pk}")


def mail_pending(*, actor: Any, limit: int = 200) -> int:
    """Send by e-mail what has not been sent yet; return how many went out. Without a server: nothing, no error.

    What was read in the pages meanwhile, or is older than two days, is no longer news and stays in the inbox.
    """
    if not settings.EMAIL_HOST and "smtp" in settings.EMAIL_BACKEND:
        return 0
    waiting = list(queries.messages_to_mail(EVERYTHING).select_related("account").order_by("at", "id")[:limit])
    tried, failed = _sent(waiting) if waiting else ([], {})
    if not tried:
        return 0
    with audited_action(MAIL, actor=actor) as act:
        def note(message: Message) -> None:
            message.mail_error = failed.get(message.pk, "")
            message.mailed_at = None if message.mail_error else clock.now()

        act.change_many(tried, note, fields=("mailed_at", "mail_error"))
    return len(tried) - len(failed)


def _sent(waiting: list[Message]) -> tuple[list[Message], dict[Any, str]]:
    """Hand letters to the mail server: those that it took or refused for good, and why it refused.

    A server that is down or busy ends the round; the rest is tried again with the next.
    """
    tried: list[Message] = []
    failed: dict[Any, str] = {}
    try:
        with get_connection() as connection:
            for message in waiting:
                try:
                    _letter(message, connection).send()
                except SMTPException as error:
                    if not _is_final(error):
                        raise
                    failed[message.pk] = str(error)[:200]
                tried.append(message)
    except (SMTPException, OSError) as error:
        log.warning("mail server: %s", error)
    return tried, failed


def _letter(message: Message, connection: Any) -> EmailMessage:
    return EmailMessage(f"【衡鉴】{message.title}", f"{message.body}\n{_address(message)}", to=[message.account.email], connection=connection)


def _is_final(error: SMTPException) -> bool:
    """Whether the server refused this very letter for good (RFC 5321: codes from 500)."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _said in error.recipients.values())
    return isinstance(error, SMTPResponseException) and error.smtp_code >= PERMANENT and not isinstance(error, SMTPConnectError | SMTPAuthenticationError)


def clear_sessions() -> None:
    """Delete sessions that have run out."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
