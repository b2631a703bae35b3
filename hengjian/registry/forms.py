"""Shapes of the forms on the pages of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hengjian.base import clock
from hengjian.base.acts import ActForm, DayInput
from hengjian.base.uploads import most_said
from hengjian.registry.states import (
    EDUCATION_METHODS,
    TITLE_METHODS,
    Degree,
    EmploymentPost,
    Grade,
    IdKind,
    InstitutionKind,
    Metric,
    RevealPurpose,
    Speciality,
    VerificationResult,
)

SHORT = {"rows": 3}
FIELD_CHOICES = (("id_number", _("证件号码")), ("born_on", _("出生日期")), ("phone", _("手机号")))


def _today() -> Any:
    return clock.today()


def day(label: Any, *, required: bool = False, today: bool = False, help_text: Any = "") -> forms.DateField:
    """A date."""
    initial = _today if today else None
    return forms.DateField(label=label, required=required, widget=DayInput(), initial=initial, help_text=help_text)


class CodesField(forms.CharField):
    """Catalogue codes, typed with semicolons between them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("填设备类别代码，多个代码用分号隔开，例如3000;4000"))
        super().__init__(required=False, max_length=200, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ";".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        for sign in "；,，、 ":
            text = text.replace(sign, ";")
        return [one.upper() for one in dict.fromkeys(text.split(";")) if one]


class VersionedForm(ActForm):
    """A change of a row: carries the version that the page showed, so that nobody's change is lost."""

    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)


class ReasonForm(ActForm):
    """An act from a day on, with the reason for it."""

    on = day(_("日期"), required=True, today=True)
    reason = forms.CharField(label=_("原因"), widget=forms.Textarea(SHORT), help_text=_("至少5个字，记入存证"))


class PracticeForm(ActForm):
    """The day of the public registration of practice."""

    on = day(_("执业公示日期"), required=True, today=True)


class NewInstitutionForm(ActForm):
    """An institution that comes into the register."""

    name = forms.CharField(label=_("机构名称"), max_length=120)
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=24)
    area = forms.ChoiceField(label=_("注册地辖区"))
    kind = forms.ChoiceField(label=_("机构类型"), choices=InstitutionKind.choices)
    approval_class = forms.CharField(label=_("核准类别"), max_length=20, required=False)
    specialities = forms.MultipleChoiceField(
        label=_("专业"), choices=Speciality.choices, required=False, widget=forms.CheckboxSelectMultiple()
    )
    in_market_system = forms.BooleanField(label=_("市场监管系统所属"), required=False)
    founded_on = day(_("成立日期"))
    address = forms.CharField(label=_("单位地址"), max_length=200, required=False)
    legal_representative = forms.CharField(label=_("法定代表人"), max_length=40, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)


class InstitutionForm(VersionedForm):
    """Data of an institution."""

    name = forms.CharField(label=_("机构名称"), max_length=120)
    kind = forms.ChoiceField(label=_("机构类型"), choices=InstitutionKind.choices)
    approval_class = forms.CharField(label=_("核准类别"), max_length=20, required=False)
    specialities = forms.MultipleChoiceField(
        label=_("专业"), choices=Speciality.choices, required=False, widget=forms.CheckboxSelectMultiple()
    )
    in_market_system = forms.BooleanField(label=_("市场监管系统所属"), required=False)
    founded_on = day(_("成立日期"))
    address = forms.CharField(label=_("单位地址"), max_length=200, required=False)
    legal_representative = forms.CharField(label=_("法定代表人"), max_length=40, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=40, required=False)


class WorkAreaForm(ActForm):
    """An area in which an institution works."""

    area = forms.ChoiceField(label=_("业务开展地"))
    since = day(_("起始日期"))


class ApprovalForm(VersionedForm):
    """An approval certificate."""

    number = forms.CharField(label=_("核准证编号"), max_length=60)
    approval_class = forms.CharField(label=_("核准类别"), max_length=20, required=False)
    categories = CodesField(label=_("核准设备类别"))
    issuer = forms.CharField(label=_("发证机关"), max_length=80, required=False)
    issued_on = day(_("发证日期"), required=True)
    valid_until = day(_("有效日期"), required=True)


class NewPersonForm(ActForm):
    """A person who comes into an institution."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    id_kind = forms.ChoiceField(label=_("证件类型"), choices=[one for one in IdKind.choices if one[0] != IdKind.PSEUDONYM])
    id_number = forms.CharField(
        label=_("证件号码"), max_length=40, widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("加密保存，页面上只显示首尾几位"),
    )
    phone = forms.CharField(label=_("手机号"), max_length=30, required=False, widget=forms.TextInput({"autocomplete": "off"}))
    post = forms.ChoiceField(label=_("岗位"), choices=EmploymentPost.choices)
    full_time = forms.BooleanField(label=_("全职"), required=False, initial=True)
    started_on = day(_("入职日期"), required=True)
    duties = forms.CharField(label=_("岗位职责"), max_length=200, required=False)


class PersonForm(VersionedForm):
    """A person's name and telephone number."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(
        label=_("新手机号（不改可不填）"), max_length=30, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    reason = forms.CharField(label=_("更名原因（不更名可不填）"), required=False, widget=forms.Textarea(SHORT))


class EmploymentForm(VersionedForm):
    """An employment."""

    post = forms.ChoiceField(label=_("岗位"), choices=EmploymentPost.choices)
    full_time = forms.BooleanField(label=_("全职"), required=False)
    duties = forms.CharField(label=_("岗位职责"), max_length=200, required=False)
    started_on = day(_("入职日期"), required=True)


class NewEmploymentForm(ActForm):
    """A further employment in the institution."""

    post = forms.ChoiceField(label=_("岗位"), choices=EmploymentPost.choices)
    full_time = forms.BooleanField(label=_("全职"), required=False, initial=True)
    started_on = day(_("入职日期"), required=True)
    duties = forms.CharField(label=_("岗位职责"), max_length=200, required=False)


class CredentialForm(VersionedForm):
    """A certificate."""

    certificate_no = forms.CharField(label=_("证书编号"), max_length=60)
    grade = forms.ChoiceField(label=_("级别"), choices=Grade.choices)
    categories = CodesField(label=_("适用设备类别"))
    issuer = forms.CharField(label=_("发证机关"), max_length=80, required=False)
    issued_on = day(_("发证日期"), required=True)
    valid_until = day(_("有效日期"), required=True)


class EducationForm(VersionedForm):
    """A diploma."""

    degree = forms.ChoiceField(label=_("学历层次"), choices=Degree.choices)
    school = forms.CharField(label=_("毕业院校"), max_length=80)
    major = forms.CharField(label=_("专业"), max_length=60, required=False)
    graduated_on = day(_("毕业日期"))
    diploma_no = forms.CharField(label=_("毕业证书编号"), max_length=60, required=False)


class TitleForm(VersionedForm):
    """A professional title."""

    title = forms.CharField(label=_("职称"), max_length=40)
    awarded_on = day(_("取得日期"))
    certificate_no = forms.CharField(label=_("职称证书编号"), max_length=60, required=False)


class VerificationForm(ActForm):
    """The record of a verification."""

    result = forms.ChoiceField(label=_("核验结果"), choices=VerificationResult.choices)
    code = forms.CharField(label=_("查询验证码或文号"), max_length=80, required=False)
    by = forms.CharField(label=_("核验人（不填即为您本人）"), max_length=40, required=False)
    on = day(_("核验日期"), required=True, today=True)
    valid_until = day(_("验证报告有效期至"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    proof = forms.FileField(label=_("证明材料"), required=False, help_text=_("学信网验证报告、院校复函、评审表等，图片或PDF"))


def _method(choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("核验方式"), choices=[(one.value, one.label) for one in choices])


class EducationVerificationForm(VerificationForm):
    """The record of a verification of a diploma."""

    method = _method(EDUCATION_METHODS)
    field_order = ("method",)


class TitleVerificationForm(VerificationForm):
    """The record of a verification of a title."""

    method = _method(TITLE_METHODS)
    field_order = ("method",)


class TrainingForm(ActForm):
    """Training of a year."""

    year = forms.IntegerField(label=_("年度"), min_value=1990, max_value=2100)
    technical_hours = forms.DecimalField(label=_("技术培训学时"), max_digits=6, decimal_places=1, min_value=0)
    quality_hours = forms.DecimalField(
        label=_("质量管理体系培训学时"), max_digits=6, decimal_places=1, min_value=0, initial=0
    )


class RevealForm(ActForm):
    """What is to be shown in full, what for, and why."""

    fields_wanted = forms.MultipleChoiceField(
        label=_("查看项目"), choices=FIELD_CHOICES, widget=forms.CheckboxSelectMultiple()
    )
    purpose = forms.ChoiceField(label=_("用途"), choices=RevealPurpose.choices)
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(SHORT), help_text=_("至少5个字，记入存证"))


class ExportForm(ActForm):
    """What an export is for."""

    purpose = forms.ChoiceField(label=_("用途"), choices=RevealPurpose.choices)
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(SHORT), help_text=_("至少5个字，记入存证"))
    form = forms.ChoiceField(label=_("格式"), choices=(("xlsx", _("Excel名录，供人查看")), ("csv", _("数据交换包（CSV）")), ("parquet", _("数据交换包（Parquet）"))))


class StaffingRuleForm(ActForm):
    """A figure of the staffing conditions."""

    approval_class = forms.CharField(label=_("核准类别"), max_length=20, help_text=_("与机构档案中的核准类别一致，例如甲B1"))
    metric = forms.ChoiceField(label=_("指标"), choices=Metric.choices)
    minimum = forms.IntegerField(label=_("最低人数"), min_value=0, max_value=100000)
    source = forms.CharField(label=_("来源"), max_length=200, help_text=_("文件名称、文号和条款"))
    valid_from = day(_("起用日期"), required=True, today=True)


class EnterpriseForm(ActForm):
    """An enterprise."""

    name = forms.CharField(label=_("单位名称"), max_length=120)
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=24)
    area = forms.ChoiceField(label=_("所在辖区"))
    address = forms.CharField(label=_("地址"), max_length=200, required=False)


class EquipmentForm(ActForm):
    """A piece of equipment."""

    code = forms.CharField(label=_("设备代码"), max_length=40)
    category = forms.CharField(label=_("设备类别"), max_length=4, help_text=_("目录代码4位，例如3100"))
    registered_on = day(_("使用登记日期"))
    next_due_on = day(_("下次检验日期"))


class UploadForm(ActForm):
    """A file to be checked."""

    file = forms.FileField(label=_("文件"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "Excel工作簿、CSV、Parquet，或数据交换包（zip），不超过%(most)s；Excel每张工作表最多2万行、100列"
        ) % {"most": most_said()}


class ConfirmForm(ActForm):
    """The hash of the bytes that were checked."""

    sha256 = forms.CharField(widget=forms.HiddenInput(), max_length=64)
