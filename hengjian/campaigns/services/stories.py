"""Typical cases and good practice: told without names, mended, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import Faults
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.campaigns import policy
from hengjian.campaigns.models import Campaign, CaseStory
from hengjian.campaigns.queries import reports as queries
from hengjian.parties.models import Authority
from hengjian.rectification.models import Problem

TELL = title("campaigns.tell_story", "登记典型案例或经验做法")
AMEND = title("campaigns.amend_story", "修改典型案例或经验做法")
DROP = title("campaigns.drop_story", "撤回典型案例或经验做法")
KINDS = ("case", "practice")
NOT_THEIRS = gettext_lazy("须由登记单位修改。")


def tell_story(
    campaign: Campaign, *, actor: Any, authority: Authority, kind: str, story_title: str, text: str, keywords: str = "",
    checked: bool = False, problem: Problem | None = None,
) -> CaseStory:
    """Tell a case or a practice in the name of one's authority.

    Args:
        checked: the teller has read it and found no name of a person or unit in it.

    Raises:
        BadInput: something is missing, it was not checked, or a name still stands in it.
    """
    _must_be_sound(kind, story_title, text, keywords, checked, problem)
    story = CaseStory(
        campaign=campaign, authority=authority, kind=kind, title=story_title.strip()[:120], text=text.strip(), keywords=_words(keywords),
        problem_id=problem.pk if problem else None, told_at=clock.now(), told_by_name=actor.name,
        area=authority.path, org_id=authority.id, org_area=authority.path,
    )
    with audited_action(TELL, actor=actor) as act:
        act.require(policy.may_tell(actor, story), _("须以本单位名义登记。"))
        return act.add(story)


def amend_story(
    story: CaseStory, *, actor: Any, kind: str, story_title: str, text: str, keywords: str = "", checked: bool = False, version: int | None = None
) -> CaseStory:
    """Mend a story; the same checks as when it was told."""
    problem = _problem_of(story.problem_id)
    _must_be_sound(kind, story_title, text, keywords, checked, problem)
    with audited_action(AMEND, actor=actor) as act:
        row = act.take(story, version=version)
        act.require(policy.may_tell(actor, row), str(NOT_THEIRS))
        row.kind, row.title, row.text, row.keywords = kind, story_title.strip()[:120], text.strip(), _words(keywords)
    return row


def drop_story(story: CaseStory, *, actor: Any, reason: str) -> None:
    """Take a story back; the ledger keeps what it said."""
    faults = Faults()
    if not says_enough(reason):
        faults.add("reason", _("请写明撤回的理由（至少5个字）。"))
    faults.raise_if_any()
    with audited_action(DROP, actor=actor, reason=reason) as act:
        row = act.take(story)
        act.require(policy.may_tell(actor, row), _("须由登记单位撤回。"))
        act.remove(row)


def _problem_of(problem_id: UUID | None) -> Problem | None:
    return Problem.objects.within(EVERYTHING).filter(pk=problem_id).first() if problem_id else None


def _must_be_sound(kind: str, story_title: str, text: str, keywords: str, checked: bool, problem: Problem | None) -> None:
    faults = Faults()
    if kind not in KINDS:
        faults.add("kind", _("请选择典型案例或经验做法。"))
    if not story_title.strip():
        faults.add("title", _("请填写标题。"))
    if len(text.strip()) < 20:
        faults.add("text", _("请写明经过和做法（至少20个字）。"))
    said = f"{story_title}\n{text}\n{keywords}"
    names = queries.names_in(EVERYTHING, said, problem)
    if names:
        faults.add("text", _("文中还有姓名或单位名称：%(names)s。请改为“某人员”“某机构”。") % {"names": _("、").join(list(names)[:5])})
    if queries.NUMBERS.search(said):
        faults.add("text", _("文中还有身份证号、电话或证书编号，请删去。"))
    if not checked:
        faults.add("checked", _("请通读并确认不含姓名、单位名称和编号。"))
    faults.raise_if_any()


def _words(keywords: str) -> str:
    words = keywords.replace("，", " ").replace("、", " ").replace(",", " ").replace("；", " ").split()
    return " ".join(dict.fromkeys(words))[:200]
