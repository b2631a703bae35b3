"""Kinds, posts, grades, life cycles and purposes of the register. Leaf: imports nothing of ours but charts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from hengjian.base.states import StateChart


class InstitutionKind(TextChoices):
    """Kind of institution (机构类型), as in the exchange contract."""

    INSPECTION = "inspection", _("检验机构")
    TESTING = "testing", _("检测机构")
    TYPE_TEST = "type_test", _("型式试验机构")
    EXAMINATION = "examination", _("考试机构")
    APPRAISAL = "appraisal", _("鉴定评审机构")
    SAFETY_EVALUATION = "safety_evaluation", _("安全评价机构")


class Speciality(TextChoices):
    """What an institution works on (专业), used to draw full-coverage lists."""

    COMPREHENSIVE = "comprehensive", _("综合检验")
    BOILER = "boiler", _("锅炉")
    PRESSURE_VESSEL = "pressure_vessel", _("压力容器")
    CYLINDER = "cylinder", _("气瓶")
    GAS_PIPELINE = "gas_pipeline", _("燃气管道")
    PRESSURE_PIPELINE = "pressure_pipeline", _("压力管道")
    LIFT = "lift", _("电梯")
    CRANE = "crane", _("起重机械")
    SITE_VEHICLE = "site_vehicle", _("场（厂）内专用机动车辆")
    AMUSEMENT = "amusement", _("大型游乐设施")
    ROPEWAY = "ropeway", _("客运索道")
    NDT = "ndt", _("无损检测")
    SAFETY_VALVE = "safety_valve", _("安全阀校验")


class InstitutionState(TextChoices):
    """Standing of an institution (状态), as in the exchange contract."""

    ACTIVE = "active", _("在业")
    SUSPENDED = "suspended", _("暂停")
    REVOKED = "revoked", _("已吊销")
    CANCELLED = "cancelled", _("已注销")


class ApprovalState(TextChoices):
    """Standing of one approval certificate (核准证状态).

    吊销 is a penalty, 撤销 undoes an approval got by fraud, 注销 is the formal end; the law keeps them apart.
    """

    ACTIVE = "active", _("有效")
    SUSPENDED = "suspended", _("暂停")
    REVOKED = "revoked", _("已吊销")
    RESCINDED = "rescinded", _("已撤销")
    CANCELLED = "cancelled", _("已注销")


INSTITUTION_CHART = StateChart(
    "active", dict(InstitutionState.choices),
    suspend=("active", "suspended", _("暂停")),
    resume=("suspended", "active", _("恢复")),
    revoke=("active|suspended", "revoked", _("吊销")),
    cancel=("active|suspended|revoked", "cancelled", _("注销")),
)
APPROVAL_CHART = StateChart(
    "active", dict(ApprovalState.choices),
    suspend=("active", "suspended", _("暂停")),
    resume=("suspended", "active", _("恢复")),
    revoke=("active|suspended", "revoked", _("吊销")),
    rescind=("active|suspended", "rescinded", _("撤销")),
    cancel=("active|suspended", "cancelled", _("注销")),
)


class IdKind(TextChoices):
    """Kind of identity document (证件类型)."""

    RESIDENT = "resident", _("居民身份证")
    HK_MACAO = "hk_macao", _("港澳居民证件")
    TAIWAN = "taiwan", _("台湾居民证件")
    PASSPORT = "passport", _("护照")
    PSEUDONYM = "pseudonym", _("加密标识")


class EmploymentPost(TextChoices):
    """Post in an institution (岗位), as in the exchange contract."""

    INSPECTOR = "inspector", _("检验检测人员")
    TECHNICAL_MANAGER = "technical_manager", _("技术负责人")
    QUALITY_MANAGER = "quality_manager", _("质量负责人")
    RESPONSIBLE_ENGINEER = "responsible_engineer", _("责任师")
    EXAMINER = "examiner", _("考评人员")
    APPRAISER = "appraiser", _("评审人员")
    OTHER = "other", _("其他人员")


class Grade(TextChoices):
    """Grade of a certificate (级别). Source: TSG Z8002-2022, TSG Z8001-2019."""

    INSPECTOR = "inspector", _("检验员")
    ENGINEER = "engineer", _("检验师")
    SENIOR_ENGINEER = "senior_engineer", _("高级检验师")
    NDT_1 = "ndt_1", _("无损检测Ⅰ级")
    NDT_2 = "ndt_2", _("无损检测Ⅱ级")
    NDT_3 = "ndt_3", _("无损检测Ⅲ级")


class Degree(TextChoices):
    """Degree (学历层次)."""

    SECONDARY = "secondary", _("中专及以下")
    COLLEGE = "college", _("大专")
    BACHELOR = "bachelor", _("本科")
    MASTER = "master", _("硕士研究生")
    DOCTOR = "doctor", _("博士研究生")


class VerificationMethod(TextChoices):
    """How a diploma or title was verified (核验方式). Source: 湘市监 2024 方案 二(二)."""

    CHSI = "chsi", _("学信网查询")
    SCHOOL_LETTER = "school_letter", _("毕业院校出具证明")
    REVIEW_FORM = "review_form", _("职称评审表")
    APPROVAL_DOCUMENT = "approval_document", _("职称批文")
    HRSS_PLATFORM = "hrss_platform", _("人社部门查询")


EDUCATION_METHODS = (VerificationMethod.CHSI, VerificationMethod.SCHOOL_LETTER)
TITLE_METHODS = (VerificationMethod.REVIEW_FORM, VerificationMethod.APPROVAL_DOCUMENT, VerificationMethod.HRSS_PLATFORM)


class VerificationResult(TextChoices):
    """What a verification found (核验结果)."""

    GENUINE = "genuine", _("属实")
    NOT_FOUND = "not_found", _("查无记录")
    MISMATCH = "mismatch", _("信息不符")
    PENDING = "pending", _("待核验")


class ImportState(TextChoices):
    """Stage of an import (导入状态)."""

    CHECKED = "checked", _("已预检，待确认")
    REFUSED = "refused", _("预检未通过")
    IMPORTED = "imported", _("已导入")


IMPORT_CHART = StateChart(
    "checked", dict(ImportState.choices),
    confirm=("checked", "imported", _("确认导入")),
    refuse=("checked", "refused", _("放弃导入")),
)


class ImportKind(TextChoices):
    """What was handed in (文件种类)."""

    WORKBOOK = "workbook", _("工作簿")
    PACKAGE = "package", _("数据交换包")


class RevealPurpose(TextChoices):
    """Why a personal field is shown in full (查看用途)."""

    INSPECTION = "inspection", _("监督检查核对身份")
    VERIFICATION = "verification", _("学历、职称、证书核验")
    INSURANCE = "insurance", _("社保缴纳核对")
    CASE = "case", _("办理案件")
    CONTACT = "contact", _("联系本人")


class Metric(TextChoices):
    """What a staffing condition counts (人员条件指标)."""

    CERTIFIED_FULL_TIME = "certified_full_time", _("全职持证人员数")
    INSPECTORS = "inspectors", _("其中：检验员及以上人数")
    ENGINEERS = "engineers", _("检验师及以上人数")
    SENIOR_ENGINEERS = "senior_engineers", _("高级检验师人数")
    SENIOR_TITLES = "senior_titles", _("高级工程师及以上职称人数")


PRINTED_TITLES = (gettext_noop("其中：检验人员数"),)
"""How the annex of the approval rules prints a metric where it says it in other words; pages translate what is printed."""


SENIOR_TITLE_WORDS = ("高级工程师", "高级实验师", "副研究员", "研究员", "教授")
ASSISTANT = "助理"
"""Titles that begin so are junior, whatever follows (助理研究员)."""
