"""Going on after the database was put back to an earlier time: two administrators consent, each in a sign-in of their own."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput, Faults
from hengjian.base.ledger.continuity import Cause, Continuity, look, stays_open
from hengjian.base.ledger.recovery import consents_to, open_epoch
from hengjian.base.models import LedgerConsent, LedgerEpoch
from hengjian.parties import policy
from hengjian.parties.models import Account

CONSENT = stays_open(title("parties.consent_to_recovery", "同意从现有数据继续办理"))
SHORTEST_REASON = 10


def consent_to_recovery(*, actor: Any, cause: str, situation: str, reason: str) -> LedgerEpoch | None:
    """Consent to go on from the database as it is; with the second person's consent the new epoch begins and is returned.

    Args:
        cause: what the person was shown and agrees to; consent to a restore is none to a fork.
        situation: of the page that was read; when another look finds something else, it has to be read again.

    Raises:
        BadInput: nothing to consent to, another situation, no reason, or somebody who has consented already.
        NotAllowed: neither system nor audit administrator.
    """
    found = look()
    _refuse(found, cause, situation, reason)
    with transaction.atomic():
        with audited_action(CONSENT, actor=actor, reason=reason) as act:
            act.require(policy.may_consent_to_recovery(actor), _("由系统管理员和审计管理员各一人确认。"))
            _refuse_same_person(found, actor)
            act.add(LedgerConsent(
                situation=found.situation, cause=found.cause.value, account_id=actor.id, role=actor.role, at=clock.now(), reason=reason.strip(),
            ))
        consents = consents_to(found)
        return open_epoch(found, consents, actor=actor) if policy.are_enough({one.role for one in consents}) else None


def _refuse(found: Continuity, cause: str, situation: str, reason: str) -> None:
    faults = Faults()
    if found.is_sound:
        raise BadInput("reason", _("账本与留存的封存点相符，不需要确认。"))
    if found.cause is Cause.UNREADABLE:
        raise BadInput("reason", _("存证记录读不出，不能确认：请先放回原来的密钥，或恢复正确的备份。"))
    if found.situation != situation:
        raise BadInput("reason", _("情况已经变化，请重新阅读本页后再确认。"))
    if cause != found.cause:
        faults.add("cause", _("请选择与实际情况一致的原因。"))
    if len(reason.strip()) < SHORTEST_REASON:
        faults.add("reason", _("请写明经过和理由，至少%(n)s个字。") % {"n": SHORTEST_REASON})
    faults.raise_if_any()


def _refuse_same_person(found: Continuity, actor: Any) -> None:
    """Two accounts of one person are one person: by account, post, name or telephone."""
    mine = Account.objects.get(pk=actor.id)
    for one in consents_to(found):
        other = Account.objects.filter(pk=one.account_id).first()
        if one.account_id == actor.id:
            raise BadInput("reason", _("您已经确认过，请等待另一位管理员确认。"))
        if one.role == actor.role:
            raise BadInput("reason", _("同一岗位已有人确认，还需要另一岗位的管理员。"))
        if other is not None and _is_one_person(mine, other):
            raise BadInput("reason", _("两个账号的姓名或手机号相同，须由两个不同的人确认。"))


def _is_one_person(mine: Account, other: Account) -> bool:
    phone: Any = mine.phone  # secrets are equal when what they hide is
    return mine.name == other.name or bool(phone and phone == other.phone)
