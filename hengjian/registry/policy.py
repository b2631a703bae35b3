"""Who may do what in the register: pure predicates, no writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_noop

from hengjian.parties.policy import may_change_tree
from hengjian.parties.states import INSTITUTION_FILLERS, INSTITUTION_ROLES, REGULATORS, Level
from hengjian.registry.models import ImportRun

NOT_REGULATOR = gettext_noop("机构和核准信息由其注册地监管部门维护，请联系监管部门办理。")
NOT_OWN_PEOPLE = gettext_noop("只能维护本单位在职人员的档案；监管部门只能维护本辖区机构人员的档案。")
NOT_THE_PROVINCE = gettext_noop("人员条件数值由省级监管部门录入。")
NOT_IMPORTING = gettext_noop("您现在的岗位不能导入数据。")
NOT_EXPORTING = gettext_noop("导出名录由监管人员，或机构的负责人、技术（质量）负责人、管理员、填表人办理。")
NOT_CANCELLING = gettext_noop("注销资质由监管部门办理。")


def is_system(actor: Any) -> bool:
    """Whether the system itself acts (jobs, the demonstration, the command line)."""
    return bool(actor.scope.everything)


def supervises(actor: Any, row: Any) -> bool:
    """Whether the actor is a regulator in whose areas the row's work or seat lies."""
    return is_system(actor) or (actor.holds(*REGULATORS) and actor.scope.holds(row))


def supervises_some(actor: Any) -> bool:
    """Whether the actor is a regulator, and thus may take institutions of its areas into the register."""
    return is_system(actor) or actor.holds(*REGULATORS)


def works_in(actor: Any, row: Any) -> bool:
    """Whether the actor fills in for the institution that owns the row."""
    return actor.holds(*INSTITUTION_FILLERS, org_id=row.org_id)


def may_change_institution(actor: Any, institution: Any) -> bool:
    """Change an institution's data, approvals or work areas."""
    return supervises(actor, institution)


def may_add_institution(actor: Any, area: str) -> bool:
    """Take an institution of this seat into the register."""
    return is_system(actor) or (actor.holds(*REGULATORS) and actor.scope.covers(area))


def may_add_person(actor: Any, institution: Any) -> bool:
    """Take a person into an institution."""
    return supervises(actor, institution) or works_in(actor, institution)


def may_change_employment(actor: Any, employment: Any) -> bool:
    """Change an employment, register or cancel its practice."""
    return supervises(actor, employment) or works_in(actor, employment)


def may_change_file(actor: Any, employments: Iterable[Any]) -> bool:
    """Add to a person's practice file; ``employments`` are those of the person that the actor sees."""
    return is_system(actor) or any(
        supervises(actor, one) or (works_in(actor, one) and one.ended_on is None) for one in employments
    )


def may_cancel_credential(actor: Any, employments: Iterable[Any]) -> bool:
    """Cancel a certificate: an act of the authorities alone."""
    return is_system(actor) or any(supervises(actor, one) for one in employments)


def may_reveal(actor: Any, employments: Iterable[Any]) -> bool:
    """Look at personal fields in full: those who may keep the file, never a mere reader."""
    return may_change_file(actor, employments)


def may_export(actor: Any) -> bool:
    """Take the register out of the platform, as the actor sees it."""
    return is_system(actor) or actor.holds(*REGULATORS, *INSTITUTION_FILLERS)


def may_enter_staffing_rule(actor: Any) -> bool:
    """Enter a figure of the staffing conditions, which then holds for all: a regulator of the province."""
    return is_system(actor) or (actor.holds(*REGULATORS) and getattr(actor, "level", "") == Level.PROVINCE)


def may_import(actor: Any) -> bool:
    """Hand in a file for import."""
    return is_system(actor) or actor.holds(*REGULATORS) or actor.holds(*INSTITUTION_FILLERS) or keeps_tree_only(actor)


def may_decide_import(actor: Any, run: ImportRun) -> bool:
    """Import or give up a checked file: the unit that handed it in; who keeps the tree of authorities alone, only the own files."""
    if is_system(actor):
        return True
    return may_import(actor) and run.org_id == actor.org_id and (run.by_id == actor.id or not keeps_tree_only(actor))


def keeps_tree_only(actor: Any) -> bool:
    """Whether the actor keeps the tree of authorities and no register: the province's administrator."""
    return not is_system(actor) and may_change_tree(actor) and not actor.holds(*REGULATORS)


def is_of_institution(actor: Any) -> bool:
    """Whether the actor holds a post in an institution, and thus imports only its own people."""
    return not is_system(actor) and actor.holds(*INSTITUTION_ROLES)


def may_change_enterprise(actor: Any, area: str) -> bool:
    """Take an enterprise or its equipment into the register."""
    return may_add_institution(actor, area)
