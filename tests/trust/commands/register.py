"""Commands of the register: institutions, people, enterprises, figures, files."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from hengjian.registry import exchange
from hengjian.registry import services as registry
from hengjian.registry.identifiers import fake_resident_id, fake_uscc
from hengjian.registry.models import Approval, Credential, Education, Employment, InstitutionWorkArea, Title
from tests import factories
from tests.factories import all_of
from tests.registry.books import roster, workbook
from tests.trust.commands.small import admin
from tests.trust.commands.stage import File, Sent, Stage, command

NAMED = {"officer1": "韩知行", "card1": "99010001", "officer2": "程以宁", "card2": "99010002"}
TODAY = "2024-07-10"
REASON = {"on": TODAY, "reason": "按核准机关的通知办理"}
_rng = Random(29)


def _act(actor: Any, kind: str, row: Any, move: str, body: dict[str, Any] | None = None, **refs: Any) -> Sent:
    return Sent(actor, (kind, row.pk, move), body or {}, refs=refs)


# Institutions


@command("registry:new_institution")
def new_institution(at: Stage) -> Sent:
    given = {"name": "青麓恒安检验有限公司", "uscc": fake_uscc(_rng), "area": at.world.counties[0].path, "kind": "inspection", "approval_class": "甲B1", "specialities": ["cylinder"],
             "in_market_system": "on", "founded_on": "2020-01-01", "address": "江边路1号", "legal_representative": "岳知行", "contact_name": "温知微", "contact_phone": "13800001111"}
    return Sent(at.county, body=given, refs={"area": at.foreign.county.path, "kind": "authority"})


def own(at: Stage, move: str, **body: Any) -> Sent:
    return _act(at.county, "institution", at.institution, move, body)


@command("registry:act", "institution/change", reads=("version",))
def change_institution(at: Stage) -> Sent:
    return own(at, "change", name="青麓恒固检验有限公司", kind="inspection", approval_class="甲B1", specialities=["cylinder"], in_market_system="on", founded_on="2010-01-01",
               address="江边路2号", legal_representative="岳知行", contact_name="温知微")


APPROVAL = {"number": "TS7110001-2027", "approval_class": "甲B1", "categories": "3000;4000", "issuer": "省市场监管局", "issued_on": "2023-01-01", "valid_until": "2027-01-01"}


@command("registry:act", "institution/add-approval", reads=("version",))
def add_approval(at: Stage) -> Sent:
    return own(at, "add-approval", **APPROVAL)


@command("registry:act", "institution/add-person")
def add_person(at: Stage) -> Sent:
    number = fake_resident_id(_rng, born=date(1988, 3, 3), male=True)
    given = {"name": "裴观止", "id_kind": "resident", "id_number": number, "phone": "13800002222", "post": "inspector", "full_time": "on", "started_on": "2024-07-01", "duties": "气瓶检验"}
    return _act(at.clerk, "institution", at.institution, "add-person", given)


@command("registry:act", "institution/add-work-area")
def add_work_area(at: Stage) -> Sent:
    given = {"area": at.world.counties[2].path, "since": "2024-07-01"}
    return _act(at.province, "institution", at.institution, "add-work-area", given, area=at.foreign.county.path)


@command("registry:act", "institution/suspend")
def suspend(at: Stage) -> Sent:
    return own(at, "suspend", **REASON)


@command("registry:act", "institution/resume")
def resume(at: Stage) -> Sent:
    registry.move_institution(at.institution, actor=at.county, move="suspend", on=date(2024, 7, 1), reason="按核准机关的通知办理")
    return own(at, "resume", **REASON)


@command("registry:act", "institution/revoke")
def revoke(at: Stage) -> Sent:
    return own(at, "revoke", **REASON)


@command("registry:act", "institution/cancel")
def cancel(at: Stage) -> Sent:
    return own(at, "cancel", **REASON)


def approval(at: Stage, move: str, **body: Any) -> Sent:
    row = Approval(institution=at.institution, number="TS7110002-2027", issued_on=date(2023, 1, 1), valid_until=date(2027, 1, 1)).owned_by(at.institution)
    factories.keep(row)
    if move == "resume":
        registry.move_approval(row, actor=at.county, move="suspend", on=date(2024, 7, 1), reason="按核准机关的通知办理")
    return _act(at.county, "approval", row, move, body)


@command("registry:act", "approval/change", reads=("version",))
def change_approval(at: Stage) -> Sent:
    return approval(at, "change", **APPROVAL)


def _moves(code: str) -> None:
    command("registry:act", f"approval/{code}")(lambda at: approval(at, code, **REASON))


for _code in ("suspend", "resume", "revoke", "cancel", "rescind"):
    _moves(_code)


@command("registry:act", "work-area/remove")
def remove_work_area(at: Stage) -> Sent:
    row = registry.add_work_area(at.institution, actor=at.province, area=at.world.counties[2].path, since=date(2024, 7, 1))
    row = row if isinstance(row, InstitutionWorkArea) else all_of(InstitutionWorkArea).order_by("-id")[0]
    return _act(at.province, "work-area", row, "remove")


# People


def somebody(at: Stage) -> Any:
    return factories.person("罗长庚", at.institution, months=3)


def person(at: Stage, move: str, **body: Any) -> Sent:
    return _act(at.clerk, "person", somebody(at), move, body)


@command("registry:act", "person/change", reads=("version",))
def change_person(at: Stage) -> Sent:
    return person(at, "change", name="罗长更", phone="13800003333", reason="按身份证更名")


JOB = {"post": "inspector", "full_time": "on", "started_on": "2024-07-01", "duties": "复核"}


@command("registry:act", "person/add-employment")
def add_employment(at: Stage) -> Sent:
    row = somebody(at)
    registry.end_employment(all_of(Employment).get(person=row), actor=at.clerk, on=date(2024, 6, 30), reason="合同到期不再续签")
    return _act(at.clerk, "person", row, "add-employment", JOB)


CREDENTIAL = {"certificate_no": "TS99000123", "grade": "inspector", "categories": "3000", "issuer": "省局", "issued_on": "2024-01-01", "valid_until": "2027-12-31"}
EDUCATION = {"degree": "bachelor", "school": "澜川工学院", "major": "机械", "graduated_on": "2008-07-01", "diploma_no": "10001000200"}
TITLE = {"title": "工程师", "awarded_on": "2018-01-01", "certificate_no": "ZC00001"}


@command("registry:act", "person/add-credential", reads=("version",))
def add_credential(at: Stage) -> Sent:
    return person(at, "add-credential", **CREDENTIAL)


@command("registry:act", "person/add-education", reads=("version",))
def add_education(at: Stage) -> Sent:
    return person(at, "add-education", **EDUCATION)


@command("registry:act", "person/add-title", reads=("version",))
def add_title(at: Stage) -> Sent:
    return person(at, "add-title", **TITLE)


@command("registry:act", "person/training")
def training(at: Stage) -> Sent:
    return person(at, "training", year="2024", technical_hours="24", quality_hours="8")


def employment(at: Stage, move: str, **body: Any) -> Sent:
    row = all_of(Employment).get(person=somebody(at))
    if move == "register-practice":
        registry.cancel_practice(row, actor=at.clerk, on=date(2024, 7, 1), reason="转岗，暂停执业公示")
    return _act(at.clerk, "employment", row, move, body)


@command("registry:act", "employment/change", reads=("version",))
def change_employment(at: Stage) -> Sent:
    return employment(at, "change", **{**JOB, "started_on": "2020-01-01", "post": "examiner"})


@command("registry:act", "employment/register-practice")
def register_practice(at: Stage) -> Sent:
    return employment(at, "register-practice", on=TODAY)


@command("registry:act", "employment/cancel-practice")
def cancel_practice(at: Stage) -> Sent:
    return employment(at, "cancel-practice", **REASON)


@command("registry:act", "employment/end")
def end_employment(at: Stage) -> Sent:
    return employment(at, "end", **REASON)


@command("registry:act", "credential/change", reads=("version",))
def change_credential(at: Stage) -> Sent:
    return _act(at.clerk, "credential", all_of(Credential).get(person=somebody(at)), "change", CREDENTIAL)


@command("registry:act", "credential/cancel")
def cancel_credential(at: Stage) -> Sent:
    return _act(at.county, "credential", all_of(Credential).get(person=somebody(at)), "cancel", REASON)


VERIFIED = {"result": "genuine", "code": "A1B2C3", "by": "", "on": TODAY, "valid_until": "2024-12-31", "note": "", "proof": File("验证报告.jpg")}


@command("registry:act", "education/verify")
def verify_education(at: Stage) -> Sent:
    return _act(at.clerk, "education", all_of(Education).get(person=somebody(at)), "verify", {"method": "chsi", **VERIFIED})


@command("registry:act", "education/change", reads=("version",))
def change_education(at: Stage) -> Sent:
    return _act(at.clerk, "education", all_of(Education).get(person=somebody(at)), "change", EDUCATION)


def title(at: Stage, move: str, body: dict[str, Any]) -> Sent:
    row = Title(person=somebody(at), title="助理工程师", awarded_on=date(2015, 1, 1))
    factories.keep(row)
    return _act(at.clerk, "title", row, move, body)


@command("registry:act", "title/verify")
def verify_title(at: Stage) -> Sent:
    return title(at, "verify", {"method": "review_form", **VERIFIED})


@command("registry:act", "title/change", reads=("version",))
def change_title(at: Stage) -> Sent:
    return title(at, "change", TITLE)


@command("registry:reveal", told_once=True)
def reveal(at: Stage) -> Sent:
    return Sent(at.clerk, (somebody(at).pk,), {"fields_wanted": ["id_number"], "purpose": "verification", "reason": "学信网核验需要完整号码"})


# Enterprises, figures, files


@command("registry:new_enterprise")
def new_enterprise(at: Stage) -> Sent:
    given = {"name": "青麓云栖物业有限公司", "uscc": fake_uscc(_rng), "area": at.world.counties[0].path, "address": "云栖路1号"}
    return Sent(at.county, body=given, refs={"area": at.foreign.county.path})


@command("registry:act", "enterprise/add-equipment")
def add_equipment(at: Stage) -> Sent:
    row = registry.add_enterprise(actor=at.county, name="青麓云栖物业有限公司", uscc=fake_uscc(_rng), area=at.county.area)
    given = {"code": "31009901012024000001", "category": "3100", "registered_on": "2024-01-01", "next_due_on": "2025-01-01"}
    return _act(at.county, "enterprise", row, "add-equipment", given)


@command("registry:enter_rule")
def enter_rule(at: Stage) -> Sent:
    given = {"approval_class": "甲B1", "metric": "inspectors", "minimum": "6", "source": "TSG Z7001-2021 附件B", "valid_from": TODAY}
    return Sent(at.province, body=given)


@command("registry:imports")
def imports(at: Stage) -> Sent:
    return Sent(at.clerk, body={"file": File("名册.xlsx", roster(3))})


@command("registry:imports", "of regions")
def import_regions(at: Stage) -> Sent:
    rows = [("区划代码", "名称", "上级代码", "级别"), ("990103", "桐溪县", "990100", "县级")]
    return Sent(admin(at), body={"file": File("区划.xlsx", workbook(行政区划=rows))})


def checked(at: Stage) -> Any:
    return exchange.check_file(actor=at.clerk, file_name="名册.xlsx", data=roster(3))


@command("registry:confirm_import")
def confirm_import(at: Stage) -> Sent:
    run = checked(at)
    return Sent(at.clerk, (run.pk,), {"sha256": run.sha256}, refs={"sha256": "0" * 64})


@command("registry:give_up_import")
def give_up(at: Stage) -> Sent:
    return Sent(at.clerk, (checked(at).pk,))


@command("registry:export", told_once=True)
def export(at: Stage) -> Sent:
    return Sent(at.clerk, body={"purpose": "verification", "reason": "与社保数据核对人员", "form": "csv"})
