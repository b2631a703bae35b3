"""Kinds of seals and verification channels. Leaf."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

ACCEPTED = ".jpg,.jpeg,.png,.webp,.tif,.tiff,.pdf,.xlsx,.docx,.csv,.txt"
"""What a file dialogue offers to choose; the examination goes by content."""


class SealKind(TextChoices):
    """How a document was signed and sealed (签章方式)."""

    NONE = "none", _("未盖章")
    SCAN = "scan", _("盖章页扫描件")
    PDF_SIGNATURE = "pdf_signature", _("单位证书电子签名")


class EvidenceMethod(TextChoices):
    """How evidence was verified (核验方式)."""

    ORIGINAL = "original", _("核对原件")
    ISSUER = "issuer", _("向出具单位核实")
    PLATFORM = "platform", _("公示平台查询")
    SITE = "site", _("现场查看")
