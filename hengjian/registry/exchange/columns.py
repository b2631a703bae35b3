"""Sheets and columns that an import knows: the contract's names, their Chinese heads, and what people call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hengjian.parties.states import Level
from hengjian.registry.services.imports import model as m
from hengjian.registry.states import (
    EDUCATION_METHODS,
    TITLE_METHODS,
    Degree,
    EmploymentPost,
    Grade,
    IdKind,
    InstitutionKind,
    InstitutionState,
    Speciality,
    VerificationMethod,
    VerificationResult,
)

ROSTER = "roster"
GUIDE_SHEET = "填写说明"
"""The sheet of our template that says how to fill it in; it holds no table."""


@dataclass(frozen=True)
class Column:
    """A column: the contract's name, the head we print, other heads that are accepted, what a cell may hold."""

    key: str
    head: str
    kind: str = "text"
    aliases: tuple[str, ...] = ()
    choices: Any = None
    required: bool = False
    limit: int = 120

    @property
    def heads(self) -> tuple[str, ...]:
        """All heads by which this column is known."""
        return (self.head, self.key, *self.aliases)


@dataclass(frozen=True)
class TableSpec:
    """A table: its name in the contract, our sheet name, its columns."""

    name: str
    sheet: str
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()
    in_order: tuple[tuple[str, str], ...] = ()

    def column(self, key: str) -> Column:
        """The column of a key."""
        return next(one for one in self.columns if one.key == key)


PERSON_ID = Column("person_id", "身份证号", "id", ("人员标识", "公民身份号码", "证件号码", "身份证号码"), required=True)
INSTITUTION_ID = Column("institution_id", "机构代码", "uscc", ("统一社会信用代码", "机构统一社会信用代码"), required=True)
REGION = Column("region_code", "区划代码", "region", ("辖区", "所在辖区"))
POST = Column("post", "岗位", "choice", choices=EmploymentPost, required=True)
FULL_TIME = Column("full_time", "是否全职", "bool", ("全职",))
ISSUED = Column("issued_on", "发证日期", "date")
VALID = Column("valid_until", "有效日期", "until", ("有效期至", "有效期", "有效期限"))
PRACTICE = Column("practice_registered_on", "执业公示日期", "date")
EVIDENCE_CODE = ("查询验证码", "验证码", "核验编号")

TABLES: dict[str, TableSpec] = {spec.name: spec for spec in (
    TableSpec(m.REGIONS, "行政区划", (
        Column("code", "区划代码", "code", required=True), Column("name", "名称", required=True),
        Column("parent_code", "上级代码", "code"), Column("level", "级别", "choice", choices=Level),
    )),
    TableSpec(m.INSTITUTIONS, "机构", (
        Column("institution_id", "统一社会信用代码", "uscc", ("机构代码",), required=True),
        Column("name", "机构名称", aliases=("名称", "单位名称")),
        Column("kind", "机构类型", "choice", choices=InstitutionKind),
        Column("approval_no", "核准证编号", "code", limit=60),
        Column("approval_class", "核准类别", limit=20), Column("approved_categories", "核准设备类别", "list"),
        Column("specialities", "专业", "list_choice", choices=Speciality), ISSUED, VALID, REGION,
        Column("status", "状态", "choice", choices=InstitutionState), Column("status_since", "状态起始日期", "date"),
        Column("address", "地址", aliases=("单位地址",), limit=200),
        Column("legal_representative", "法定代表人", limit=40), Column("contact_name", "联系人", limit=40),
        Column("contact_phone", "联系电话", "phone"),
    ), ("检验检测机构", "机构名录"), (("issued_on", "valid_until"),)),
    TableSpec(m.APPROVALS, "核准证", (
        INSTITUTION_ID, Column("approval_no", "核准证编号", "code", required=True, limit=60),
        Column("approval_class", "核准类别", limit=20),
        Column("categories", "核准设备类别", "list"), Column("issuer", "发证机关", limit=80), ISSUED, VALID,
    ), ("核准证历史",), (("issued_on", "valid_until"),)),
    TableSpec(m.ENTERPRISES, "使用单位", (
        Column("enterprise_id", "统一社会信用代码", "uscc", required=True),
        Column("name", "单位名称", aliases=("名称",)), REGION, Column("address", "地址", limit=200),
    ), ("企业", "单位")),
    TableSpec(m.EQUIPMENT, "设备", (
        Column("equipment_id", "设备代码", "code", required=True, limit=40),
        Column("category", "设备类别", "code", limit=4), Column("enterprise_id", "使用单位", "uscc", ("使用单位代码",)),
        REGION, Column("latitude", "纬度", "coordinate"), Column("longitude", "经度", "coordinate"),
        Column("registered_on", "使用登记日期", "date"), Column("next_due_on", "下次检验日期", "until"),
    ), ("特种设备",)),
    TableSpec(m.PEOPLE, "人员", (
        PERSON_ID, Column("name", "姓名", "name", required=True, limit=40), Column("born_on", "出生日期", "date"),
        Column("id_kind", "证件类型", "choice", choices=IdKind), Column("phone", "手机号", "phone", ("手机号码", "电话")),
    ), ("人员信息",)),
    TableSpec(m.EMPLOYMENTS, "聘用", (
        Column("employment_id", "聘用编号", "ignored"),
        PERSON_ID, Column("institution_id", "机构代码", "uscc", ("统一社会信用代码", "聘用单位")), POST, FULL_TIME,
        Column("duties", "岗位职责", limit=200), Column("started_on", "入职日期", "date"),
        Column("ended_on", "离职日期", "date"), PRACTICE, Column("practice_cancelled_on", "取消执业公示日期", "date"),
    ), ("聘用与执业公示",), (("started_on", "ended_on"), ("practice_registered_on", "practice_cancelled_on"))),
    TableSpec(m.CREDENTIALS, "证书", (
        Column("credential_id", "证书标识", "ignored"),
        PERSON_ID, Column("certificate_no", "证书编号", "code", required=True, limit=60),
        Column("grade", "级别", "choice", choices=Grade, required=True), Column("categories", "适用设备类别", "list"),
        Column("issuer", "发证机关", limit=80), ISSUED, VALID,
    ), ("检验检测人员证",), (("issued_on", "valid_until"),)),
    TableSpec(m.EDUCATIONS, "学历", (
        Column("education_id", "学历标识", "ignored"),
        PERSON_ID, Column("degree", "学历层次", "choice", ("学历",), Degree, required=True),
        Column("school", "毕业院校", limit=80), Column("graduated_on", "毕业日期", "date"),
        Column("diploma_no", "证书编号", "code", ("毕业证书编号",), limit=60),
        Column("verification", "核验方式", "choice", ("学历核验方式",), EDUCATION_METHODS),
        Column("verification_code", "核验编号", "code", EVIDENCE_CODE, limit=80),
        Column("verified_on", "核验日期", "date"), Column("verified_by", "核验人", limit=40),
        Column("result", "核验结果", "choice", ("学历核验结果",), VerificationResult),
    ), ("学历核验",)),
    TableSpec(m.TITLES, "职称", (
        Column("title_id", "职称标识", "ignored"),
        PERSON_ID, Column("title", "职称", required=True, limit=40), Column("awarded_on", "取得日期", "date"),
        Column("certificate_no", "证书编号", "code", ("职称证书编号",), limit=60),
        Column("verification", "核验方式", "choice", ("职称核验方式",), TITLE_METHODS),
        Column("verification_code", "核验编号", "code", EVIDENCE_CODE, limit=80),
        Column("verified_on", "核验日期", "date"), Column("verified_by", "核验人", limit=40),
        Column("result", "核验结果", "choice", ("职称核验结果",), VerificationResult),
    ), ("职称核验",)),
    TableSpec(m.INSURANCE, "社保", (
        PERSON_ID, Column("month", "缴费月份", "month", ("月份",), required=True),
        Column("payer_id", "缴费单位", "payer", ("缴费单位代码", "缴费单位统一社会信用代码"), required=True, limit=18),
        Column("payer_name", "缴费单位名称"),
    ), ("社保缴纳", "社会保险")),
    TableSpec(m.TRAININGS, "培训", (
        PERSON_ID, Column("year", "年度", "year", required=True),
        Column("technical_hours", "技术培训学时", "hours"),
        Column("quality_hours", "质量管理体系培训学时", "hours", ("质量培训学时",)),
    ), ("继续教育",)),
    TableSpec(ROSTER, "人员花名册", (
        Column("seq", "序号", "ignored"), Column("name", "姓名", "name", required=True, limit=40), PERSON_ID,
        POST, FULL_TIME, Column("started_on", "入职日期", "date", required=True), PRACTICE,
        Column("certificate_no", "证书编号", "code", ("检验检测人员证编号",), limit=60),
        Column("grade", "级别", "choice", ("证书级别",), Grade), Column("categories", "适用设备类别", "list"),
        ISSUED, VALID, Column("degree", "学历", "choice", ("学历层次",), Degree),
        Column("school", "毕业院校", limit=80), Column("diploma_no", "毕业证书编号", "code", limit=60),
        Column("education_verification", "学历核验方式", "choice", choices=EDUCATION_METHODS),
        Column("education_result", "学历核验结果", "choice", choices=VerificationResult),
        Column("title", "职称", limit=40), Column("title_certificate_no", "职称证书编号", "code", limit=60),
        Column("title_verification", "职称核验方式", "choice", choices=TITLE_METHODS),
        Column("title_result", "职称核验结果", "choice", choices=VerificationResult),
        Column("phone", "手机号", "phone", ("手机号码", "联系电话")),
    ), ("花名册", "人员名册", "人员清单"), (("issued_on", "valid_until"),)),
)}

# What people write for a choice, besides its code and its label.
SAID: dict[str, Any] = {
    "检验员": Grade.INSPECTOR, "检验师": Grade.ENGINEER, "高检师": Grade.SENIOR_ENGINEER,
    "无损检测I级": Grade.NDT_1, "无损检测II级": Grade.NDT_2, "无损检测III级": Grade.NDT_3,
    "I级": Grade.NDT_1, "II级": Grade.NDT_2, "III级": Grade.NDT_3, "1级": Grade.NDT_1, "2级": Grade.NDT_2,
    "3级": Grade.NDT_3,
    "检验员岗": EmploymentPost.INSPECTOR, "检验人员": EmploymentPost.INSPECTOR, "检测人员": EmploymentPost.INSPECTOR,
    "检验岗": EmploymentPost.INSPECTOR, "检测员": EmploymentPost.INSPECTOR, "责任工程师": EmploymentPost.RESPONSIBLE_ENGINEER,
    "考评员": EmploymentPost.EXAMINER, "评审员": EmploymentPost.APPRAISER, "其他": EmploymentPost.OTHER,
    "中专": Degree.SECONDARY, "高中": Degree.SECONDARY, "专科": Degree.COLLEGE, "大学专科": Degree.COLLEGE,
    "大学本科": Degree.BACHELOR, "学士": Degree.BACHELOR, "大学": Degree.BACHELOR, "硕士": Degree.MASTER,
    "研究生": Degree.MASTER, "博士": Degree.DOCTOR,
    "学信网": VerificationMethod.CHSI, "院校证明": VerificationMethod.SCHOOL_LETTER,
    "毕业院校证明": VerificationMethod.SCHOOL_LETTER, "学校证明": VerificationMethod.SCHOOL_LETTER,
    "评审表": VerificationMethod.REVIEW_FORM, "批文": VerificationMethod.APPROVAL_DOCUMENT,
    "人社平台": VerificationMethod.HRSS_PLATFORM, "人社部门": VerificationMethod.HRSS_PLATFORM,
    "真实": VerificationResult.GENUINE, "一致": VerificationResult.GENUINE, "通过": VerificationResult.GENUINE,
    "未查到": VerificationResult.NOT_FOUND, "查无": VerificationResult.NOT_FOUND,
    "不符": VerificationResult.MISMATCH, "不一致": VerificationResult.MISMATCH,
    "未核验": VerificationResult.PENDING, "待核": VerificationResult.PENDING,
    "在岗": InstitutionState.ACTIVE, "正常": InstitutionState.ACTIVE, "有效": InstitutionState.ACTIVE,
    "吊销": InstitutionState.REVOKED, "注销": InstitutionState.CANCELLED,
    "身份证": IdKind.RESIDENT,
    "省": Level.PROVINCE, "市": Level.CITY, "县": Level.COUNTY, "区": Level.COUNTY, "县级市": Level.COUNTY,
}
