"""Tables of forms (表单): definitions in versions, sheets filled from them, editions frozen of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import CommittedJSONField, EncryptedTextField, PersonalCharField, PersonalJSONField
from hengjian.base.models import Row, ScopedRow


class FormDefinition(Row):
    """A definition loaded from a pack (表单定义). A version never changes; a sheet points at code and version.

    Grain: one row per code and version.
    """

    code = models.CharField(_("代码"), max_length=80)
    version_number = models.PositiveIntegerField(_("版次"))
    kind = models.CharField(_("种类"), max_length=20)
    title = models.CharField(_("名称"), max_length=200)
    issuer = models.CharField(_("发文机关"), max_length=100, blank=True)
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    issued_on = models.DateField(_("发文日期"), null=True, blank=True)
    clause = models.CharField(_("条款"), max_length=80, blank=True)
    verified = models.BooleanField(_("已核对原文"), default=False)
    body = models.JSONField(_("内容"))
    digest = models.CharField(_("摘要"), max_length=64)
    origin = models.CharField(_("来源"), max_length=120, blank=True)
    loaded_at = models.DateTimeField(_("装入时间"))

    class Meta:
        verbose_name = _("表单定义")
        ordering = ["code", "version_number"]
        constraints = [models.UniqueConstraint(fields=["code", "version_number"], name="definition_version_once")]

    def __str__(self) -> str:
        return str(_("%(title)s（第%(n)s版）") % {"title": self.title, "n": self.version_number})


class Sheet(ScopedRow):
    """A sheet filled from a definition (填报表). Grain: one row per form that somebody fills."""

    definition = models.ForeignKey(FormDefinition, models.PROTECT, related_name="sheets", verbose_name=_("表单定义"))
    subject_label = models.CharField(_("填报单位"), max_length=120)
    head = PersonalJSONField(_("表头"), default=dict)
    filler_name = PersonalCharField(_("填表人姓名"), max_length=40, blank=True)
    filler_phone = EncryptedTextField(_("联系电话"), blank=True, mask="phone")
    filled_on = models.DateField(_("填报日期"), null=True, blank=True)
    locked = models.BooleanField(_("已锁定"), default=False)
    edition_count = models.PositiveIntegerField(_("版次"), default=0)
    saved_at = models.DateTimeField(_("最近保存"), null=True, blank=True)

    class Meta:
        verbose_name = _("填报表")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.subject_label}《{self.definition.title}》"


class SheetLine(ScopedRow):
    """One line of a sheet: a person of a roster, an item of a checklist (填报行).

    Grain: one row per sheet and key. ``values`` maps column keys to what was filled in; ``marks`` to the version of
    the line in which it was written, by whom and when, so that two editors clash only over one and the same cell.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="lines", verbose_name=_("填报表"))
    position = models.PositiveIntegerField(_("序号"))
    key = models.CharField(_("行键"), max_length=60)
    subject_id = models.UUIDField(_("对应人员"), null=True, blank=True)
    label = PersonalCharField(_("姓名或项目"), max_length=200)
    values = PersonalJSONField(_("填报内容"), default=dict)
    marks = models.JSONField(_("各格的填写记录"), default=dict)
    saved_by_name = models.CharField(_("填写人"), max_length=40, blank=True)
    saved_at = models.DateTimeField(_("填写时间"), null=True, blank=True)

    label_is_personal = True

    class Meta:
        verbose_name = _("填报行")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["sheet", "key"], name="sheet_line_once")]

    def __str__(self) -> str:
        return str(_("%(label)s（第%(n)s行）") % {"label": self.label, "n": self.position})


class SheetEdition(ScopedRow):
    """A sheet as it was filed (报送版本), frozen whole. Grain: one row per sheet and filing."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="editions", verbose_name=_("填报表"))
    number = models.PositiveIntegerField(_("版次"))
    payload = CommittedJSONField(_("内容"))
    digest = models.CharField(_("摘要"), max_length=64)
    filed_at = models.DateTimeField(_("报送时间"))
    filed_by_name = models.CharField(_("报送人"), max_length=40)

    lasting_columns = frozenset({"sheet_id", "number", "payload", "digest", "filed_at", "filed_by_name"})

    class Meta:
        verbose_name = _("报送版本")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="sheet_edition_once")]

    def __str__(self) -> str:
        return str(_("%(sheet)s第%(n)s版") % {"sheet": self.sheet, "n": self.number})


class CellRemark(ScopedRow):
    """A checker's remark on one cell of a filed sheet, and its answer (退回意见)."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="remarks", verbose_name=_("填报表"))
    edition_number = models.PositiveIntegerField(_("所指版次"))
    line_key = models.CharField(_("行键"), max_length=60, blank=True)
    column = models.CharField(_("栏"), max_length=60, blank=True)
    text = PersonalCharField(_("意见"), max_length=500)
    author_id = models.UUIDField(_("提出人"), null=True)
    author_name = models.CharField(_("提出人姓名"), max_length=40)
    author_office = models.CharField(_("提出单位"), max_length=80)
    at = models.DateTimeField(_("提出时间"))
    answer = PersonalCharField(_("答复"), max_length=500, blank=True)
    answered_by_name = models.CharField(_("答复人"), max_length=40, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    settled = models.BooleanField(_("已了结"), default=False)

    label_is_personal = True

    class Meta:
        verbose_name = _("退回意见")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class WorkbookReading(ScopedRow):
    """A filled workbook that was handed back (导入的工作簿), with what it says and the sheet did not.

    Grain: one row per workbook read. ``found`` maps line keys to columns to the values of the workbook that differed.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="readings", verbose_name=_("填报表"))
    file_name = PersonalCharField(_("文件名"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    read_at = models.DateTimeField(_("导入时间"))
    read_by_name = models.CharField(_("导入人"), max_length=40)
    line_count = models.PositiveIntegerField(_("行数"), default=0)
    same_count = models.PositiveIntegerField(_("相同行数"), default=0)
    found = CommittedJSONField(_("不同之处"), default=dict)
    settled_at = models.DateTimeField(_("选择时间"), null=True, blank=True)

    label_is_personal = True

    class Meta:
        verbose_name = _("导入的工作簿")
        ordering = ["-read_at", "-id"]

    def __str__(self) -> str:
        return self.file_name
