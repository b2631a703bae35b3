"""States of campaigns, filings and what hangs on them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hengjian.base.states import StateChart


class CampaignState(TextChoices):
    DRAFT = "draft", _("拟制中")
    RUNNING = "running", _("进行中")
    CLOSED = "closed", _("已结束")


class PlanState(TextChoices):
    DRAFT = "draft", _("拟制中")
    ISSUED = "issued", _("已印发")


class FilingState(TextChoices):
    """State of what is to be filed: a self-check of an institution, a return of an authority (报送状态)."""

    IDLE = "idle", _("未开始")
    DRAFT = "draft", _("填报中")
    FILED = "filed", _("已报送")
    RETURNED = "returned", _("已退回")
    ACCEPTED = "accepted", _("已接收")


class ContradictionState(TextChoices):
    OPEN = "open", _("未说明")
    EXPLAINED = "explained", _("已说明")
    ACCEPTED = "accepted", _("说明已采纳")
    CONFIRMED = "confirmed", _("已确认为问题")
    SETTLED = "settled", _("已消除")


class ExtensionState(TextChoices):
    ASKED = "asked", _("待答复")
    GRANTED = "granted", _("已同意")
    REFUSED = "refused", _("不同意")


class NoticeState(TextChoices):
    """State of a supervision letter (督办单): the addressee answers, the issuer crosses it off or asks again."""

    ISSUED = "issued", _("待答复")
    ANSWERED = "answered", _("已答复")
    RETURNED = "returned", _("退回重答")
    CLOSED = "closed", _("已核销")


class CorrectionState(TextChoices):
    """State of an answer that was a problem and is answered otherwise when filed again (更正认定)."""

    TOLD = "told", _("待接收")
    PROPOSED = "proposed", _("待认定")
    RECTIFIED = "rectified", _("认定已整改")
    MISTAKEN = "mistaken", _("认定误填")
    REFUSED = "refused", _("不予认可")
    WITHDRAWN = "withdrawn", _("已改回")


# What institutions answer in words and papers, without a form: a task that a level added.
TASK_FORM = "task_report"

CAMPAIGN = StateChart(
    "draft", dict(CampaignState.choices), launch=("draft", "running", _("发起")), close=("running", "closed", _("结束"))
)
PLAN = StateChart("draft", dict(PlanState.choices), issue=("draft", "issued", _("印发")))
FILING = StateChart(
    "idle",
    dict(FilingState.choices),
    begin=("idle", "draft", _("开始填报")),
    file=("draft|returned", "filed", _("报送")),
    withdraw=("filed", "draft", _("撤回")),
    send_back=("filed|accepted", "returned", _("退回")),
    accept=("filed", "accepted", _("接收")),
)
CONTRADICTION = StateChart(
    "open",
    dict(ContradictionState.choices),
    explain=("open|explained", "explained", _("说明原因")),
    accept=("explained", "accepted", _("采纳说明")),
    confirm=("open|explained", "confirmed", _("确认为问题")),
    settle=("open|explained", "settled", _("消除")),
    reopen=("settled", "open", _("重新提出")),
)
EXTENSION = StateChart(
    "asked", dict(ExtensionState.choices), grant=("asked", "granted", _("同意延期")), refuse=("asked", "refused", _("不同意延期"))
)
CORRECTION = StateChart(
    "told",
    dict(CorrectionState.choices),
    propose=("told", "proposed", _("提请认定")),
    recall=("proposed", "told", _("收回认定")),
    withdraw=("told|proposed", "withdrawn", _("改回")),
    rectify=("proposed", "rectified", _("认定已整改")),
    dismiss=("proposed", "mistaken", _("认定误填")),
    refuse=("proposed", "refused", _("不予认可")),
)
NOTICE = StateChart(
    "issued",
    dict(NoticeState.choices),
    answer=("issued|returned", "answered", _("答复")),
    send_back=("answered", "returned", _("退回重答")),
    cross_off=("issued|answered|returned", "closed", _("核销")),
)
