"""Messages about supervision letters, to both sides: issued, answered, sent back, crossed off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from hengjian.base.scope import EVERYTHING
from hengjian.base.wording import in_chinese
from hengjian.campaigns.models import Notice
from hengjian.campaigns.queries.people import people_by_holder
from hengjian.parties import services as parties
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS

Draft = parties.messages.Draft
ADDRESSEES = (*INSTITUTION_FILLERS, *REGULATORS)


@in_chinese
def tell_letters(letters: Sequence[Notice], *, actor: Any) -> int:
    """Tell the addressees that a letter has come, and by when it is answered."""
    people = people_by_holder(EVERYTHING, [one.org_id for one in letters], *ADDRESSEES)
    drafts = [
        Draft(account, "letter", f"{one.issuer.name}督办单{one.number}", f"{one.matter}，请于{one.due_on:%Y年%m月%d日}24:00前办结并答复。",
              _address(one), f"letter:{one.id.hex}")
        for one in letters for account in people.get(one.org_id, [])
    ]
    return len(parties.send_messages(drafts, actor=actor)) if drafts else 0


@in_chinese
def tell_answered(letter: Notice, *, actor: Any) -> int:
    """Tell the issuer that the addressee has answered."""
    people = people_by_holder(EVERYTHING, [letter.issuer_id], *REGULATORS).get(letter.issuer_id, [])
    said = f"{letter.addressee}已答复督办单{letter.number}"
    key = f"answered:{letter.id.hex}:{letter.return_count}"
    return len(parties.send_messages([Draft(a, "letter", said, "请核销，或退回重答。", _address(letter), key) for a in people], actor=actor))


@in_chinese
def tell_sent_back(letter: Notice, *, actor: Any) -> int:
    """Tell the addressee what is missing in the answer."""
    said = f"督办单{letter.number}的答复被退回"
    body = f"{letter.return_reason}　请于{letter.due_on:%Y年%m月%d日}24:00前重新答复。"
    return _tell_addressee(letter, said, body, f"letter-back:{letter.id.hex}:{letter.return_count}", actor)


@in_chinese
def tell_closed(letter: Notice, *, actor: Any) -> int:
    """Tell the addressee that the letter is done with."""
    return _tell_addressee(letter, f"督办单{letter.number}已核销", letter.closing_note, f"letter-closed:{letter.id.hex}", actor)


def _tell_addressee(letter: Notice, said: str, body: str, key: str, actor: Any) -> int:
    people = people_by_holder(EVERYTHING, [letter.org_id], *ADDRESSEES).get(letter.org_id, [])
    return len(parties.send_messages([Draft(a, "letter", said, body, _address(letter), key) for a in people], actor=actor))


def _address(letter: Notice) -> str:
    return reverse("campaigns:letter", args=[letter.id])
