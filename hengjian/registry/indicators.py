"""Figures of the register, each with the rows that it counts."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hengjian.base.figures import Figure, RowRef
from hengjian.base.scope import Scope
from hengjian.registry.models import Employment, Institution
from hengjian.registry.queries import (
    certified_people,
    employed_people,
    insurance_matrix,
    months_before,
    staffing_result,
)
from hengjian.registry.states import InstitutionState

MONTHS = 12


def _people(jobs: list[Employment], definition: str) -> Figure:
    rows = [
        RowRef("registry.person", one.person_id, one.person.name, one.org_id, one.area, one.get_post_display())
        for one in jobs
    ]
    return Figure.of(rows, unit=_("人"), definition=definition)


def institutions_active(scope: Scope) -> Figure:
    """Institutions of the scope that are neither suspended nor gone, in 家."""
    held = Institution.objects.within(scope).filter(state=InstitutionState.ACTIVE)
    rows = [RowRef("registry.institution", one.pk, one.name, one.org_id, one.area) for one in held]
    return Figure.of(rows, unit=_("家"), definition=_("注册在本辖区或在本辖区开展业务、状态为在业的机构。"))


def people_certified(scope: Scope, institution: Institution, on: date) -> Figure:
    """People of an institution who hold a valid certificate on a day, in 人."""
    return _people(list(certified_people(scope, institution, on)), _("当日在职并持有有效证书的人员，一人多证计一人。"))


def people_practising(scope: Scope, institution: Institution, on: date) -> Figure:
    """Of these, people whose practice is registered publicly in the institution, in 人."""
    jobs = certified_people(scope, institution, on).filter(
        practice_registered_on__lte=on, practice_cancelled_on__isnull=True
    )
    return _people(list(jobs), _("当日在职持证、已在本机构办理执业公示且未取消的人员。"))


def people_insured_continuously(scope: Scope, institution: Institution, on: date, *, months: int = MONTHS) -> Figure:
    """People for whom the institution paid insurance in each of the last months (or since they came), in 人."""
    jobs = list(certified_people(scope, institution, on))
    wanted = months_before(on, months)
    matrix = insurance_matrix(scope, [one.person_id for one in jobs], wanted, institution)
    kept = [
        one for one in jobs
        if all(cell.state == "own" for cell in matrix.get(one.person_id, []) if _is_asked(cell.month, one))
    ]
    return _people(kept, _("近%(months)s个月（入职不满的自入职次月起）由本机构逐月缴纳社保的在职持证人员。") % {"months": months})


def _is_asked(month: date, job: Employment) -> bool:
    """Insurance is asked from the month after the one in which somebody came."""
    return job.started_on is None or (month.year, month.month) > (job.started_on.year, job.started_on.month)


def people_employed(scope: Scope, institution: Institution, on: date) -> Figure:
    """People employed in an institution on a day, in 人."""
    return _people(list(employed_people(scope, institution, on)), _("当日在职的人员，一人多岗计一人。"))


def institutions_understaffed(scope: Scope, on: date) -> Figure:
    """Institutions that do not meet the known figures of their class, in 家. Unknown figures count nothing."""
    held = Institution.objects.within(scope).filter(state=InstitutionState.ACTIVE).exclude(approval_class="")
    rows = [
        RowRef("registry.institution", one.pk, one.name, one.org_id, one.area)
        for one in held if staffing_result(scope, one, on).state == "unmet"
    ]
    return Figure.of(rows, unit=_("家"), definition=_("人员数量低于所属核准类别已录入数值的在业机构；数值未核对官方文本。"))
