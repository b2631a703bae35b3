"""The practice file of a person: certificates, diplomas, titles, verifications, training, insurance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import PersonalCharField
from hengjian.registry.models.people import PersonBound
from hengjian.registry.states import Degree, Grade, VerificationMethod, VerificationResult


class Credential(PersonBound):
    """A certificate of an inspector or tester (检验检测人员证).

    Source: TSG Z8002-2022, TSG Z8001-2019. Grain: one row per certificate, grade and issue.
    """

    certificate_no = PersonalCharField(_("证书编号"), max_length=60, db_index=True)
    grade = models.CharField(_("级别"), max_length=20, choices=Grade)
    categories = models.JSONField(_("适用设备类别"), default=list, blank=True)
    issuer = models.CharField(_("发证机关"), max_length=80, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    valid_until = models.DateField(_("有效日期"), null=True, blank=True)
    cancelled_on = models.DateField(_("注销日期"), null=True, blank=True)
    cancel_reason = PersonalCharField(_("注销原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("检验检测人员证")
        ordering = ["-valid_until", "certificate_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "certificate_no", "grade", "issued_on"], name="credential_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="credential_ends_after_issue",
                condition=Q(valid_until__isnull=True) | Q(issued_on__isnull=True) | Q(valid_until__gte=F("issued_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_grade_display()} {self.certificate_no}"

    def ledger_label(self) -> str:
        return str(self.get_grade_display())


class Education(PersonBound):
    """A diploma (学历). Source: 湘市监 2024 方案 二(二). Grain: one row per diploma."""

    degree = models.CharField(_("学历层次"), max_length=12, choices=Degree)
    school = models.CharField(_("毕业院校"), max_length=80, blank=True)
    major = models.CharField(_("专业"), max_length=60, blank=True)
    graduated_on = models.DateField(_("毕业日期"), null=True, blank=True)
    diploma_no = PersonalCharField(_("毕业证书编号"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("学历")
        ordering = ["-graduated_on", "id"]

    def __str__(self) -> str:
        return f"{self.school} {self.get_degree_display()}".strip()


class Title(PersonBound):
    """A professional title (职称). Source: 湘市监 2024 方案 二(二). Grain: one row per title awarded."""

    title = models.CharField(_("职称"), max_length=40)
    awarded_on = models.DateField(_("取得日期"), null=True, blank=True)
    certificate_no = PersonalCharField(_("职称证书编号"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("职称")
        ordering = ["-awarded_on", "id"]

    def __str__(self) -> str:
        return self.title


class Verification(PersonBound):
    """The record of one verification of a diploma or title (核验记录).

    Source: 湘市监 2024 方案 二(二) (学信网、毕业院校证明、职称评审表).
    Grain: one row per look; never changed afterwards.
    """

    education = models.ForeignKey(
        Education, models.PROTECT, null=True, blank=True, related_name="verifications", verbose_name=_("学历")
    )
    title = models.ForeignKey(
        Title, models.PROTECT, null=True, blank=True, related_name="verifications", verbose_name=_("职称")
    )
    method = models.CharField(_("核验方式"), max_length=20, choices=VerificationMethod)
    code = PersonalCharField(_("查询验证码或文号"), max_length=80, blank=True)
    verified_by_name = models.CharField(_("核验人"), max_length=40, blank=True)
    verified_on = models.DateField(_("核验日期"), null=True, blank=True)
    result = models.CharField(_("核验结果"), max_length=12, choices=VerificationResult)
    note = PersonalCharField(_("说明"), max_length=200, blank=True)
    evidence_id = models.UUIDField(_("证明材料"), null=True, blank=True)
    valid_until = models.DateField(_("验证报告有效期至"), null=True, blank=True)

    class Meta:
        verbose_name = _("核验记录")
        ordering = ["-verified_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="verification_of_one_paper",
                condition=Q(education__isnull=True, title__isnull=False)
                | Q(education__isnull=False, title__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()}：{self.get_result_display()}"


class Training(PersonBound):
    """Training of a person in a year (继续教育). Grain: person and year.

    Source: 沪市监特种〔2024〕317号 附件3 第24项.
    """

    year = models.PositiveIntegerField(_("年度"))
    technical_hours = models.DecimalField(_("技术培训学时"), max_digits=6, decimal_places=1, default=0)
    quality_hours = models.DecimalField(_("质量管理体系培训学时"), max_digits=6, decimal_places=1, default=0)

    class Meta:
        verbose_name = _("继续教育")
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["person", "year"], name="training_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.year}"

    def ledger_label(self) -> str:
        return str(self.year)


class InsuranceMonth(PersonBound):
    """A month of social insurance paid for a person (社保缴纳). Grain: person, month and payer.

    Source: 湘市监 2024 方案 二(一) (持续缴纳社保). ``month`` is its first day;
    ``payer_id`` a unified social credit code.
    """

    month = models.DateField(_("缴费月份"))
    payer_id = models.CharField(_("缴费单位代码"), max_length=18, db_index=True)
    payer_name = models.CharField(_("缴费单位"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("社保月份")
        ordering = ["month", "payer_id"]
        constraints = [models.UniqueConstraint(fields=["person", "month", "payer_id"], name="insurance_month_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.month:%Y-%m}"

    def ledger_label(self) -> str:
        return f"{self.month:%Y-%m}"
