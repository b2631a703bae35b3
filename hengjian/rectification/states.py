"""Life of a problem, and the words used of it. Leaf: imports nothing of ours but the chart."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from hengjian.base.states import StateChart


class ProblemState(TextChoices):
    """Where a problem stands (整改状态)."""

    PROPOSED = "proposed", _("待确认")
    CONFIRMED = "confirmed", _("待整改")
    RECTIFYING = "rectifying", _("整改中")
    REPORTED = "reported", _("待核查")
    VERIFIED = "verified", _("已核查")
    CLOSED = "closed", _("已销号")
    DISMISSED = "dismissed", _("不成立")
    RECURRED = "recurred", _("销号后复发")


# Source: 湘市监行风通知（2023）三（三）: 能马上整改的立即整改，不能的提出方案、明确时限；建立台账、跟踪落实.
PROBLEM_CHART = StateChart(
    "proposed",
    dict(ProblemState.choices),
    prepare=("proposed", "proposed", _("填写整改举措")),
    confirm=("proposed", "confirmed", _("确认")),
    dismiss=("proposed|confirmed|rectifying", "dismissed", _("认定不成立")),
    plan=("confirmed|rectifying", "rectifying", _("填写整改举措")),
    ask_more_time=("confirmed|rectifying", "rectifying", _("申请延期")),
    report=("confirmed|rectifying", "reported", _("申报整改完毕")),
    accept_correction=("proposed|confirmed|rectifying", "verified", _("认定更正属实")),
    verify=("reported", "verified", _("核查通过")),
    send_back=("reported|verified", "rectifying", _("退回再整改")),
    close=("verified", "closed", _("销号")),
    recheck=("closed", "closed", _("登记复查")),
    recur=("closed", "recurred", _("登记复发")),
)

OPEN_STATES = ("proposed", "confirmed", "rectifying", "reported", "verified")
DUE_STATES = ("confirmed", "rectifying", "reported")
SETTLED_STATES = ("verified", "closed", "recurred")


class ProblemKind(TextChoices):
    """What a problem is about (问题类别); the first four are figures of the statistics table."""

    PRACTICE = "practice", _("真实执业")
    EDUCATION = "education", _("学历")
    TITLE = "title", _("职称")
    STAFFING = "staffing", _("人员资源条件")
    SYSTEM = "system", _("质量管理体系")
    RECORD = "record", _("检验检测过程与记录")
    REPORT = "report", _("检验检测报告")
    FEE = "fee", _("收费")
    CONDUCT = "conduct", _("行风")
    OTHER = "other", _("其他")


PERSON_KINDS = (ProblemKind.PRACTICE, ProblemKind.EDUCATION, ProblemKind.TITLE)


class Severity(IntegerChoices):
    """How grave a problem is (程度)."""

    MINOR = 1, _("一般")
    MAJOR = 2, _("较重")
    GRAVE = 3, _("严重")


class Finder(TextChoices):
    """Who found a problem (来源)."""

    SELF_CHECK = "self_check", _("自查")
    INSPECTION = "inspection", _("监督检查")
    SCREENING = "screening", _("风险筛查")
    COMPLAINT = "complaint", _("投诉举报")
    ORDER = "order", _("监察指令")
    CONTRADICTION = "contradiction", _("数据比对")


# What an institution says of itself, or an officer saw, is a fact; a hint counts only once confirmed.
FACT_FINDERS = (Finder.SELF_CHECK, Finder.INSPECTION, Finder.ORDER)


class ExtensionState(TextChoices):
    """Where a request for more time stands (延期申请)."""

    ASKED = "asked", _("待决定")
    GRANTED = "granted", _("准予延期")
    REFUSED = "refused", _("不予延期")


EXTENSION_CHART = StateChart(
    "asked",
    dict(ExtensionState.choices),
    grant=("asked", "granted", _("准予延期")),
    refuse=("asked", "refused", _("不予延期")),
)


class EscalationLevel(TextChoices):
    """How far an overdue problem has climbed (逾期上报)."""

    NONE = "", _("未上报")
    COUNTY = "county", _("县级分管负责人")
    CITY = "city", _("市级")
    PROVINCE = "province", _("省级")


# Days after the due date from which a level is told. Our own rule: the documents ask for 跟踪落实 without figures.
ESCALATION_DAYS = ((1, EscalationLevel.COUNTY), (8, EscalationLevel.CITY), (15, EscalationLevel.PROVINCE))
RECHECK_DAYS = 90
RECURRENCE_MONTHS = 12

BEFORE, AFTER, RECHECK = "before", "after", "recheck"  # items of the evidence used by a problem
AMENDED_BY = "forms.sheetedition"  # what a note rests on by which a unit amends what it told before
