"""What the pages of supervision letters show: the list with its counts, one letter with its filing, answer and course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hengjian.base import clock
from hengjian.base.ledger.history import history
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.working_days import working_days_between
from hengjian.campaigns.models import Campaign, Notice, StatReturn, Submission
from hengjian.campaigns.queries.letters import AWAITED, LETTER_TYPE, OPEN, filing_of, filings_of, is_late, letters_about, letters_seen
from hengjian.campaigns.queries.relays import hides_superiors, name_shown
from hengjian.dossier.models import EvidenceUse

TONES = {"issued": "draft", "answered": "filed", "returned": "returned", "closed": "accepted", "overdue": "overdue"}
ICONS = {"issue_notice": "print", "answer_notice": "filed", "return_notice": "returned", "close_notice": "accepted"}


@dataclass(frozen=True)
class Line:
    """One letter of the list."""

    letter: Notice
    tone: str
    label: str
    what: str
    is_own: bool


def lines_of(letters: Iterable[Notice], actor: Any) -> list[Line]:
    """Letters with the word of their state and what they are about."""
    held = list(letters)
    filings = filings_of(EVERYTHING, held)
    return [Line(one, *state_of(one), what_of(filings.get(one.object_id)), one.org_id == actor.org_id) for one in held]


def state_of(letter: Notice) -> tuple[str, str]:
    """Shape and word of the state: late stands above the state beneath."""
    if not is_late(letter):
        return TONES[letter.state], str(letter.get_state_display())
    days = working_days_between(letter.due_on, clock.today())
    return "overdue", (ngettext("逾期%(n)s个工作日未答复", "逾期%(n)s个工作日未答复", days) % {"n": days} if days else _("逾期未答复"))


def what_of(filing: Any) -> str:
    """What the letter asks for, in a word."""
    if isinstance(filing, Submission):
        return filing.what
    if isinstance(filing, StatReturn):
        return _("第%(n)s次统计表") % {"n": filing.round}
    return filing.title if filing is not None else ""


def list_facts(scope: Scope, actor: Any, campaign: Campaign | None, asked: Mapping[str, str]) -> dict[str, Any]:
    """The list, filtered by the address; counts are those of the whole list."""
    held = letters_seen(scope)
    if campaign is not None:
        held = held.filter(campaign=campaign)
    if not actor.is_regulator:
        held = held.filter(org_id=actor.org_id)
    every = list(held)
    shown = [one for one in every if _is_asked(one, asked, actor)]
    return {"lines": lines_of(shown, actor), "stats": _stats(every), "total": len(every), "to_close": [x for x in every if x.state == "answered" and x.issuer_id == actor.org_id],
            "to_answer": [x for x in every if x.state in AWAITED and x.org_id == actor.org_id], "late": sum(map(is_late, every))}


def _is_asked(letter: Notice, asked: Mapping[str, str], actor: Any) -> bool:
    status, side, words = asked.get("status", ""), asked.get("side", ""), asked.get("q", "").strip()
    if status and status != ("overdue" if is_late(letter) else letter.state):
        return False
    if (side == "from" and letter.issuer_id != actor.org_id) or (side == "to" and letter.org_id != actor.org_id):
        return False
    return words in f"{letter.number} {letter.addressee} {letter.matter} {letter.issuer.name}"


def _stats(every: list[Notice]) -> list[dict[str, Any]]:
    counts = dict.fromkeys(("issued", "answered", "returned", "closed", "overdue"), 0)
    for one in every:
        counts["overdue" if is_late(one) else one.state] += 1
    words = {"issued": _("待答复"), "answered": _("已答复，待核销"), "returned": _("退回重答"), "closed": _("已核销"), "overdue": _("逾期未答复")}
    return [{"key": key, "label": words[key], "state": TONES[key], "count": n, "bad": key == "overdue"} for key, n in counts.items()]


def letter_facts(scope: Scope, actor: Any, letter: Notice) -> dict[str, Any]:
    """The letter with what it is about, its answer with the papers, and its course."""
    filing = filing_of(EVERYTHING, letter)
    tone, label = state_of(letter)
    uses = EvidenceUse.objects.within(scope).filter(object_type=LETTER_TYPE, object_id=letter.pk).select_related("evidence")
    return {
        "letter": letter, "filing": filing, "filing_url": address_of(filing) if filing is not None and scope.holds(filing) else "",
        "what": what_of(filing), "tone": tone, "label": label, "uses": list(uses.order_by("attached_at", "id")),
        "answered_late": letter.answered_at is not None and clock.local_date(letter.answered_at) > letter.due_on,
        "issued_by": name_shown(actor, letter.campaign, letter.issuer.path, letter.issued_by_name),
        "closed_by": name_shown(actor, letter.campaign, letter.issuer.path, letter.closed_by_name),
        "may_be_closed": letter.state == "answered" or (filing is not None and filing.state not in OPEN),
        "entries": course_of(letter, actor), "object_type": LETTER_TYPE,
    }


@dataclass(frozen=True)
class Supervised:
    """One filing on the page where letters are issued."""

    filing: Any
    who: str
    what: str
    state: str
    reminded: int
    has_letter: bool
    is_ticked: bool


def rows_to_supervise(filings: list[Any], chosen: Iterable[Any]) -> list[Supervised]:
    """What may be asked for by letter; ticked are those chosen, else all about which no letter stands open."""
    standing, wanted, today = letters_about(EVERYTHING, [one.pk for one in filings]), set(chosen), clock.today()
    found = []
    for one in filings:
        who = one.target.institution.name if isinstance(one, Submission) else one.authority.name
        has_letter = one.pk in standing
        ticked = not has_letter and (one.pk in wanted if wanted else True)
        state = "overdue" if one.due_on < today else one.state
        found.append(Supervised(one, who, what_of(one), state, getattr(one, "reminded_count", 0), has_letter, ticked))
    return found


def address_of(filing: Any) -> str:
    """The page of a filing."""
    route = "submission" if isinstance(filing, Submission) else "statistics" if isinstance(filing, StatReturn) else "report"
    return reverse(f"campaigns:{route}", args=[filing.pk])


def course_of(letter: Notice, actor: Any) -> list[dict[str, Any]]:
    """What happened to the letter, from the ledger; names of superiors stay hidden where the deployment says so."""
    is_nameless = hides_superiors(letter.campaign) and not name_shown(actor, letter.campaign, letter.issuer.path, "x")
    found = []
    for one in history(LETTER_TYPE, letter.pk):
        verb = one.action.rpartition(".")[2]
        of_addressee = verb == "answer_notice"
        found.append({
            "at": one.at, "sentence": one.title, "who": "" if is_nameless and not of_addressee else one.who,
            "reason": one.reason, "icon": ICONS.get(verb, "pen"),
        })
    return found


def own_letters(scope: Scope, campaign: Campaign, org_id: Any) -> list[Line]:
    """Letters of one campaign to one unit, for its notice."""
    held = Notice.objects.within(EVERYTHING).filter(campaign=campaign, org_id=org_id).select_related("issuer", "campaign")
    return [Line(one, *state_of(one), "", True) for one in held]
