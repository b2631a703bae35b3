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


CAMPAIGN = StateChart("draft", launch=("draft", "running"), close=("running", "closed"))
PLAN = StateChart("draft", issue=("draft", "issued"))
FILING = StateChart(
    "idle",
    begin=("idle", "draft"),
    file=("draft|returned", "filed"),
    withdraw=("filed", "draft"),
    send_back=("filed|accepted", "returned"),
    accept=("filed", "accepted"),
)
CONTRADICTION = StateChart(
    "open",
    explain=("open|explained", "explained"),
    accept=("explained", "accepted"),
    confirm=("open|explained", "confirmed"),
    settle=("open|explained", "settled"),
    reopen=("settled", "open"),
)
EXTENSION = StateChart("asked", grant=("asked", "granted"), refuse=("asked", "refused"))
