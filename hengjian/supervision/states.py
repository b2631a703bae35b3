"""Kinds of visits and how their records were signed. Leaf."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VisitKind(TextChoices):
    """Why an institution is visited (监督检查类别). Source: 特种设备安全监督检查办法 第五条、第十一条、第十二条."""

    CAMPAIGN = "campaign", _("专项监督检查")
    POST_LICENCE = "post_licence", _("证后监督检查")
    LEAD = "lead", _("其他监督检查")


class SigningKind(TextChoices):
    """How the checked unit confirmed the record (确认方式). Source: 监督检查办法 第二十一、二十七、二十八条."""

    WAITING = "", _("待签字")
    SIGNED = "signed", _("签字确认")
    REFUSED = "refused", _("拒绝签字，已记录")
    ENDED = "ended", _("停产停业，检查终止")


class ItemResult(TextChoices):
    """What one item of a visit came to (检查结果)."""

    SOUND = "sound", _("符合")
    UNSOUND = "unsound", _("不符合")
    NOT_APPLICABLE = "na", _("不适用")


# Items looked at in a visit of the campaign. Source: 湘市监 2024 方案 二（一）、（四）、（五）、（六）.
VISIT_ITEMS = (
    ("staff", _("检验检测人员资格与真实执业")),
    ("staffing", _("人员资源条件持续满足《核准规则》")),
    ("papers", _("学历、职称证书真实性核验")),
    ("system", _("质量管理体系建立与实施")),
    ("schemes", _("检验检测方案抽查")),
    ("reports", _("检验检测报告与原始记录抽查")),
    ("site", _("检验检测现场检查")),
    ("subcontracts", _("分包工作管理")),
    ("conduct", _("行风建设与廉洁风险防控")),
    ("fees", _("收费公示与执行")),
)
MIN_OFFICERS = 2
# The lists of 方案 二（六）一 that must be covered in full.
FULL_COVERAGE = ("cylinder", "lift", "gas_pipeline")
