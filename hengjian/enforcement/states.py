"""Lives of an order and of a case. Leaf: imports nothing of ours but the chart."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hengjian.base.states import StateChart


class OrderState(TextChoices):
    """Where an order stands (指令书状态)."""

    DRAFTED = "drafted", _("待送达")
    SERVED = "served", _("待整改报告")
    OVERDUE = "overdue", _("逾期未报告")
    ANSWERED = "answered", _("待复查")
    RECHECKED = "rechecked", _("已复查")
    CLOSED = "closed", _("已办结")
    WITHDRAWN = "withdrawn", _("已撤回")


# Source: 特种设备安全监督检查办法 第二十三条、第二十九条.
ORDER_CHART = StateChart(
    "drafted",
    dict(OrderState.choices),
    amend=("drafted", "drafted", _("修改")),
    serve=("drafted", "served", _("登记送达")),
    answer=("served|overdue", "answered", _("提交整改报告")),
    lapse=("served", "overdue", _("标为逾期")),
    recheck=("answered", "rechecked", _("登记复查")),
    extend=("served|overdue", "served", _("延长期限")),
    order_again=("rechecked", "served", _("再次责令改正")),
    close=("rechecked", "closed", _("办结")),
    withdraw=("drafted|served|overdue", "withdrawn", _("撤回")),
)


class ReceiptKind(TextChoices):
    """How an order was taken (送达方式)."""

    SIGNED = "signed", _("当事人签收")
    REFUSED = "refused", _("拒绝签收，见证人在场")
    POSTED = "posted", _("邮寄送达")


class RecheckResult(TextChoices):
    """What the re-check found (复查结果)."""

    PASSED = "passed", _("已整改到位")
    FAILED = "failed", _("未整改到位")


class RecheckMethod(TextChoices):
    """How the re-check was made (复查方式). Source: 监督检查办法 第二十九条第二款."""

    SITE = "site", _("现场检查")
    PAPERS = "papers", _("材料核查")


class OrderKind(TextChoices):
    """Whether to correct at once or within a time (整改方式)."""

    AT_ONCE = "at_once", _("立即改正")
    BY_DATE = "by_date", _("限期改正")


class CaseState(TextChoices):
    """Where a case stands (案件状态)."""

    FILED = "filed", _("调查中")
    DECIDED = "decided", _("已决定")
    WITHDRAWN = "withdrawn", _("已撤销")


CASE_CHART = StateChart(
    "filed",
    dict(CaseState.choices),
    decide=("filed", "decided", _("作出决定")),
    withdraw=("filed", "withdrawn", _("撤销立案")),
)


class CaseDecision(TextChoices):
    """How a case ended (处理决定). Source: 行政处罚法 第五十七条."""

    PENALTY = "penalty", _("给予行政处罚")
    NO_PENALTY = "no_penalty", _("不予行政处罚")
    NOT_ESTABLISHED = "not_established", _("违法事实不成立")
    TRANSFERRED = "transferred", _("移送其他机关")


class Violation(TextChoices):
    """What an institution or its people may be punished for. Source: 特种设备安全法 第九十三条."""

    UNAPPROVED = "unapproved", _("未经核准或者超出核准范围、使用未取得相应资格的人员从事检验、检测")
    NOT_PER_RULES = "not_per_rules", _("未按照安全技术规范的要求进行检验、检测")
    FALSE_RESULT = "false_result", _(
        "出具虚假的检验、检测结果和鉴定结论或者检验、检测结果和鉴定结论严重失实"
    )
    HAZARD_UNREPORTED = "hazard_unreported", _(
        "发现特种设备存在严重事故隐患，未及时告知相关单位，"
        "并立即向负责特种设备安全监督管理的部门报告"
    )
    SECRETS_LEAKED = "secrets_leaked", _("泄露检验、检测过程中知悉的商业秘密")
    TRADE = "trade", _("从事有关特种设备的生产、经营活动")
    RECOMMENDING = "recommending", _("推荐或者监制、监销特种设备")
    OBSTRUCTION = "obstruction", _("利用检验工作故意刁难相关单位")
    TWO_EMPLOYERS = "two_employers", _("检验、检测人员同时在两个以上检验、检测机构中执业")


INSTITUTION_VIOLATIONS = tuple(v for v in Violation if v is not Violation.TWO_EMPLOYERS)
VIOLATION_CLAUSES = {
    **{
        violation.value: f"《特种设备安全法》第九十三条第一款第（{item}）项"
        for item, violation in zip("一二三四五六七八", INSTITUTION_VIOLATIONS, strict=True)
    },
    Violation.TWO_EMPLOYERS.value: "《特种设备安全法》第九十三条第二款",
}
# Fines of the clause, in fen: institution 50,000–200,000 yuan, persons 5,000–50,000 yuan.
FINE_RANGE_FEN = {"institution": (5_000_000, 20_000_000), "person": (500_000, 5_000_000)}
RECHECK_WORKING_DAYS = 10
MIN_OFFICERS = 2


def violations_in(text: str) -> list[str]:
    """The violations whose clauses a text cites."""
    return [code for code, clause in VIOLATION_CLAUSES.items() if clause in text]
