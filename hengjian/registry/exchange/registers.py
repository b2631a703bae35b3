"""The register as a workbook that people read: Chinese heads and words, identity numbers masked, no telephone numbers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import xlsxwriter
from django.utils.translation import gettext as _

from hengjian.base.scope import Scope
from hengjian.base.wording import in_chinese
from hengjian.registry.models import (
    Approval,
    Credential,
    Education,
    Employment,
    Enterprise,
    Equipment,
    Institution,
    Person,
    Title,
    Training,
)
from hengjian.registry.queries import authority_names
from hengjian.registry.states import Speciality

Line = tuple[Any, ...]
People = dict[UUID, tuple[str, str]]
"""Name and masked identity number of each person of the scope."""


def _people(scope: Scope) -> People:
    return {one.pk: (one.name, str(one.id_number)) for one in Person.objects.within(scope).only("name", "id_number", "id_kind")}


def _institutions(scope: Scope, _known: People) -> Iterator[Line]:
    rows = list(Institution.objects.within(scope).select_related("organisation"))
    seats = authority_names([one.org_area for one in rows])
    words = dict(Speciality.choices)
    for one in rows:
        yield (
            one.name, one.organisation.uscc, one.get_kind_display(), one.approval_class, [words.get(code, code) for code in one.specialities],
            seats.get(one.org_area, ""), one.organisation.address, one.get_state_display(), one.state_since,
        )


def _approvals(scope: Scope, _known: People) -> Iterator[Line]:
    for one in Approval.objects.within(scope).select_related("institution").order_by("institution__name_key", "issued_on"):
        yield (
            one.institution.name, one.number, one.approval_class, one.categories, one.issuer, one.issued_on, one.valid_until,
            one.get_state_display(),
        )


def _employments(scope: Scope, known: People) -> Iterator[Line]:
    rows = Employment.objects.within(scope).select_related("institution").order_by("institution__name_key", "person__name_key", "started_on")
    for one in rows:
        yield (
            one.institution.name, *known[one.person_id], one.get_post_display(), one.full_time, one.duties, one.started_on, one.ended_on,
            one.practice_registered_on, one.practice_cancelled_on,
        )


def _credentials(scope: Scope, known: People) -> Iterator[Line]:
    for one in Credential.objects.within(scope).order_by("person__name_key", "issued_on"):
        yield (
            *known[one.person_id], one.get_grade_display(), one.certificate_no, one.categories, one.issuer, one.issued_on, one.valid_until,
            one.cancelled_on,
        )


def _educations(scope: Scope, known: People) -> Iterator[Line]:
    for one in Education.objects.within(scope).order_by("person__name_key", "graduated_on"):
        yield (*known[one.person_id], one.get_degree_display(), one.school, one.major, one.graduated_on, one.diploma_no)


def _titles(scope: Scope, known: People) -> Iterator[Line]:
    for one in Title.objects.within(scope).order_by("person__name_key", "awarded_on"):
        yield (*known[one.person_id], one.title, one.awarded_on, one.certificate_no)


def _trainings(scope: Scope, known: People) -> Iterator[Line]:
    for one in Training.objects.within(scope).order_by("person__name_key", "year"):
        yield (*known[one.person_id], one.year, one.technical_hours, one.quality_hours)


def _enterprises(scope: Scope, _known: People) -> Iterator[Line]:
    rows = list(Enterprise.objects.within(scope))
    seats = authority_names([one.area for one in rows])
    yield from ((one.name, one.uscc, seats.get(one.area, ""), one.address) for one in rows)


def _equipment(scope: Scope, _known: People) -> Iterator[Line]:
    for one in Equipment.objects.within(scope).select_related("enterprise").order_by("enterprise__name_key", "code"):
        yield one.code, one.category, one.enterprise.name, one.registered_on, one.next_due_on


PERSON = ("姓名", "证件号码（隐去中间）")
SHEETS: tuple[tuple[str, tuple[str, ...], Callable[[Scope, People], Iterator[Line]]], ...] = (
    ("机构", ("机构名称", "统一社会信用代码", "机构类型", "核准类别", "专业", "注册地辖区", "单位地址", "状态", "状态起始日期"), _institutions),
    ("核准证", ("机构名称", "核准证编号", "核准类别", "核准设备类别", "发证机关", "发证日期", "有效日期", "状态"), _approvals),
    ("聘用与执业公示", ("机构名称", *PERSON, "岗位", "是否全职", "岗位职责", "入职日期", "离职日期", "执业公示日期", "取消执业公示日期"), _employments),
    ("检验检测人员证", (*PERSON, "级别", "证书编号", "适用设备类别", "发证机关", "发证日期", "有效日期", "注销日期"), _credentials),
    ("学历", (*PERSON, "学历层次", "毕业院校", "专业", "毕业日期", "毕业证书编号"), _educations),
    ("职称", (*PERSON, "职称", "取得日期", "职称证书编号"), _titles),
    ("培训", (*PERSON, "年度", "技术培训学时", "质量管理体系培训学时"), _trainings),
    ("使用单位", ("单位名称", "统一社会信用代码", "所在辖区", "地址"), _enterprises),
    ("设备", ("设备代码", "设备类别", "使用单位", "使用登记日期", "下次检验日期"), _equipment),
)
WIDE = ("机构名称", "单位名称", "使用单位", "单位地址", "地址", "岗位职责", "专业", "统一社会信用代码", "证件号码（隐去中间）", "毕业证书编号", "发证机关", "毕业院校")


@in_chinese
def register_workbook(scope: Scope) -> bytes:
    """Write the register, as the scope may see it, as a workbook; sheets without rows are left out."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#eef2f5", "text_wrap": True, "valign": "vcenter"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    known = _people(scope)
    for title, heads, read in SHEETS:
        lines = list(read(scope, known))
        if lines or title == SHEETS[0][0]:
            _sheet(book, title, heads, lines, head, day)
    book.close()
    return held.getvalue()


def _sheet(book: Any, title: str, heads: tuple[str, ...], lines: list[Line], head: Any, day: Any) -> None:
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for place, text in enumerate(heads):
        sheet.set_column(place, place, 26 if text in WIDE else max(12, len(text) * 2 + 2))
        sheet.write_string(0, place, text, head)
    for number, line in enumerate(lines, 1):
        for place, value in enumerate(line):
            if isinstance(value, date):
                sheet.write_datetime(number, place, value, day)
            elif value not in (None, "", []):
                sheet.write_string(number, place, _worded(value))
    sheet.autofilter(0, 0, max(len(lines), 1), len(heads) - 1)


def _worded(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
