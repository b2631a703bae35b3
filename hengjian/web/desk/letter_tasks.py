"""Supervision letters (督办单) on a desk: to answer, to cross off, to wait for."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from hengjian.campaigns.models import Notice
from hengjian.campaigns.queries import AWAITED_LETTERS, letters_seen
from hengjian.web.desk.tasks import Awaited, Item, Seat, Task, Waiting, answer_by, bundle, day_of, place, task
from hengjian.web.templatetags.wording import short_day


def to_answer(seat: Seat) -> Iterator[Item]:
    """Letters to the reader's own unit, institution or authority; the letter itself is the ground."""
    held = letters_seen(seat.scope).filter(org_id=seat.actor.org_id).exclude(state="closed")
    for one in held.order_by("due_on", "number"):
        url = place("campaigns:letter", one.pk)
        if one.state in AWAITED_LETTERS:
            said = _("重新答复督办单：%(matter)s") if one.state == "returned" else _("答复督办单：%(matter)s")
            detail = _("退回意见：%(why)s") % {"why": one.return_reason} if one.state == "returned" else _("%(office)s%(day)s签发") % {
                "office": one.issuer.name, "day": short_day(one.issued_at)}
            yield task(one.due_on, said % {"matter": one.matter}, detail, url=url, verb=_("去答复"), clause=_("督办单%(number)s") % {"number": one.number})
        else:
            yield Awaited(one.issuer.name, _("核销督办单%(number)s") % {"number": one.number}, None, url, day_of(one.answered_at))


def to_close(seat: Seat) -> Iterator[Item]:
    """Letters that the reader's authority issued: answered ones wait for it, it waits for the others."""
    found = letters_seen(seat.scope).filter(issuer_id=seat.actor.org_id, campaign__state="running").exclude(state="closed")
    held = list(found.order_by("answered_at", "due_on", "number"))
    tasks = []
    for one in held:
        url = place("campaigns:letter", one.pk)
        if one.state in AWAITED_LETTERS:
            yield Awaited(one.addressee, _("答复督办单%(number)s") % {"number": one.number}, one.due_on, url)
            continue
        yield Waiting(one.addressee, _("督办单%(number)s的答复待核销") % {"number": one.number}, day_of(one.answered_at), url)
        tasks.append(_closing(one, url))
    answered = [one for one in held if one.state == "answered"]
    many = place("campaigns:letters", answered[0].campaign_id, status="answered") if answered else ""
    yield from bundle(tasks, title=_("核销%(n)s份已答复的督办单"), url=many, verb=_("去核销"))


def _closing(one: Notice, url: str) -> Task:
    title = _("核销督办单：%(who)s已答复") % {"who": one.addressee}
    detail = _("%(number)s，%(day)s答复") % {"number": one.number, "day": short_day(one.answered_at)}
    return task(answer_by(one.answered_at), title, detail, url=url, verb=_("去核销"))


PROVIDERS = (to_answer, to_close)
