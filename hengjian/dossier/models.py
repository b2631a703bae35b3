"""Tables of the dossier (案卷): evidence taken in, documents given out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import CommittedJSONField, PersonalCharField
from hengjian.base.models import ScopedRow
from hengjian.dossier.states import EvidenceMethod, SealKind


class Evidence(ScopedRow):
    """A file kept as evidence (证据材料), named by the hash of its bytes; the original is never touched.

    Source: 湘市监 2024 方案 二(一) (学历证明、社保记录、工作见证). Grain: one row per version of a file.
    """

    name = PersonalCharField(_("文件名"), max_length=200)
    media_type = models.CharField(_("类型"), max_length=80)
    size = models.PositiveBigIntegerField(_("字节数"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    display_sha256 = models.CharField(_("显示件 SHA-256"), max_length=64, blank=True)
    kept_at = models.DateTimeField(_("入卷时间"))
    uploaded_by_id = models.UUIDField(_("上传人"), null=True)
    uploaded_by_name = models.CharField(_("上传人姓名"), max_length=40)
    note = PersonalCharField(_("说明"), max_length=200, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    verified_by_name = models.CharField(_("核验人"), max_length=40, blank=True)
    verified_at = models.DateTimeField(_("核验时间"), null=True, blank=True)
    verification_method = models.CharField(_("核验方式"), max_length=20, choices=EvidenceMethod, blank=True)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("取代"))

    label_is_personal = True

    lasting_columns = frozenset({"name", "media_type", "size", "sha256", "kept_at", "uploaded_by_id", "uploaded_by_name", "supersedes_id"})

    class Meta:
        verbose_name = _("证据材料")
        ordering = ["-kept_at", "-id"]

    def __str__(self) -> str:
        return self.name


class EvidenceUse(ScopedRow):
    """Where evidence is used (证据引用). One file serves many items. Grain: one row per file, object and item."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="uses", verbose_name=_("证据材料"))
    object_type = models.CharField(_("对象类型"), max_length=60)
    object_id = models.UUIDField(_("对象"))
    item = models.CharField(_("项目"), max_length=60, blank=True)
    attached_at = models.DateTimeField(_("引用时间"))
    attached_by_name = models.CharField(_("引用人"), max_length=40)

    class Meta:
        verbose_name = _("证据引用")
        indexes = [models.Index(fields=["object_type", "object_id", "item"], name="evidence_use_object")]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "object_type", "object_id", "item"], name="evidence_used_once_per_item")
        ]

    def __str__(self) -> str:
        return f"{self.evidence} {self.item}"

    def ledger_label(self) -> str:
        return self.item


class Document(ScopedRow):
    """An official document given out (公文): one payload, one layout, three formats, one verification code.

    Grain: one row per issue. A changed payload is a new document.
    """

    definition_code = models.CharField(_("表单代码"), max_length=80)
    definition_version = models.PositiveIntegerField(_("表单版本"), default=1)
    object_type = models.CharField(_("对象类型"), max_length=60)
    object_id = models.UUIDField(_("对象"), db_index=True)
    title = models.CharField(_("标题"), max_length=200)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    issuer_name = models.CharField(_("出具单位"), max_length=120, blank=True, default="")
    revision = models.PositiveIntegerField(_("第几版"), default=1)
    payload = CommittedJSONField(_("内容"))
    layout = models.JSONField(_("版式"))
    digest = models.CharField(_("内容摘要"), max_length=64)
    code = models.CharField(_("校验码"), max_length=40, unique=True)
    made_at = models.DateTimeField(_("制作时间"))
    made_by_name = models.CharField(_("制作人"), max_length=40)
    xlsx_sha256 = models.CharField(max_length=64, blank=True)
    docx_sha256 = models.CharField(max_length=64, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    seal_kind = models.CharField(_("签章方式"), max_length=20, choices=SealKind, default=SealKind.NONE)
    seal_evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, verbose_name=_("盖章页扫描件"))
    signed_sha256 = models.CharField(_("签名件 SHA-256"), max_length=64, blank=True)
    sealed_at = models.DateTimeField(_("签章时间"), null=True, blank=True)
    stamped_at = models.DateTimeField(_("时间戳时间"), null=True, blank=True)
    sealed_by_name = models.CharField(_("签章经办人"), max_length=40, blank=True)

    lasting_columns = frozenset({"definition_code", "definition_version", "object_type", "object_id", "title", "number", "payload", "layout", "digest", "code", "made_at", "made_by_name"})

    class Meta:
        verbose_name = _("公文")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="document_scan_has_evidence", condition=~Q(seal_kind="scan") | Q(seal_evidence__isnull=False)
            ),
            models.CheckConstraint(name="document_sealed_has_time", condition=Q(seal_kind="none") | Q(sealed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()
