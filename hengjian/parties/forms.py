"""Forms of accounts, posts, the tree of authorities and the calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from hengjian.base.acts import ActForm, DayInput, PickField
from hengjian.parties import policy, queries
from hengjian.parties.models import Authority, Organisation
from hengjian.parties.services import NewPost
from hengjian.parties.states import Density, Level, OrganisationKind, Role


class PostForm(ActForm):
    """A post: role, where, title, from and until when. The choices are what the actor may grant."""

    role = forms.ChoiceField(label=_("岗位角色"))
    holder = forms.CharField(
        label=_("任职单位"), max_length=120, required=False, widget=forms.TextInput(attrs={"list": "holders", "autocomplete": "off"}),
        help_text=_("监管部门或机构的名称，或统一社会信用代码。"),
    )
    title = forms.CharField(label=_("职务"), max_length=40, required=False, help_text=_("不填则显示岗位角色。"))
    valid_from = forms.DateField(label=_("任职起"), required=False, widget=DayInput, help_text=_("不填则从今天起。"))
    valid_to = forms.DateField(label=_("任职止"), required=False, widget=DayInput, help_text=_("不填则长期。"))

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        allowed = set(policy.grantable_roles(actor))
        role: Any = self.fields["role"]
        role.choices = [(value, label) for value, label in Role.choices if value in allowed]
        if actor.holds(Role.INSTITUTION_ADMIN):
            del self.fields["holder"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["found_holder"] = self._holder(data)
        return data

    def _holder(self, data: dict[str, Any]) -> Authority | Organisation | None:
        if "holder" not in self.fields:
            return queries.holder_by_id(self.actor.scope, self.actor.org_id)
        named = (data.get("holder") or "").strip()
        if not named:
            return None
        found = queries.holder_by_name(queries.tree_scope(self.actor), named)
        if found is None:
            self.add_error("holder", say("没有找到“%(name)s”，请填写全称或统一社会信用代码。") % {"name": named})
        return found

    def new_post(self) -> NewPost:
        """The post as the services take it."""
        data = self.cleaned_data
        return NewPost(data["role"], data["found_holder"], data["title"], data["valid_from"], data["valid_to"])


class AccountForm(PostForm):
    """A new account with its first post."""

    username = forms.CharField(label=_("登录名"), max_length=40, help_text=_("字母、数字、点、横线和下划线；定了不能改。"))
    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("手机号"), max_length=30, required=False)
    email = forms.EmailField(label=_("电子邮箱"), required=False, help_text=_("提醒和催办也会发到这里。"))
    field_order = ("username", "name", "phone", "email", "role", "holder", "title", "valid_from", "valid_to")


class OwnDetailsForm(ActForm):
    """What a person changes about its own account; the telephone is shown masked, so an empty field leaves it."""

    email = forms.EmailField(label=_("电子邮箱"), required=False, help_text=_("提醒和催办也会发到这里；删掉就不再发。"))
    phone = forms.CharField(label=_("新的手机号"), max_length=30, required=False, help_text=_("不填则不变。"), widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}))
    forget_phone = forms.BooleanField(label=_("不再登记手机号"), required=False)
    language = forms.ChoiceField(label=_("界面语言"), choices=[("zh-hans", "中文"), ("en", "English")], help_text=_("公文和表格始终是中文。"))
    density = forms.ChoiceField(label=_("表格行距"), choices=Density.choices)


class ReasonForm(ActForm):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


AHEAD = _("填今天，马上生效；填以后的日期，到那天生效，之前可以撤回。")


class CorrectionForm(ReasonForm):
    """Name and ways to reach somebody, as an administrator corrects them."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    email = forms.EmailField(label=_("电子邮箱"), required=False)
    phone = forms.CharField(label=_("新的手机号"), max_length=30, required=False, help_text=_("不填则不变。"))
    field_order = ("name", "email", "phone", "reason")


class AuthorityForm(ActForm):
    """An authority to be set up below another one."""

    parent = PickField(label=_("上级"), queryset=Authority.objects.none())
    name = forms.CharField(label=_("名称"), max_length=80)
    area_name = forms.CharField(label=_("辖区名称"), max_length=40)
    short_name = forms.CharField(label=_("简称"), max_length=20)
    key = forms.CharField(label=_("辖区代号"), max_length=20, help_text=_("有区划代码的填代码；开发区没有代码，自定一个，如 zone-gx。"))
    region_code = forms.CharField(label=_("区划代码"), max_length=6, required=False)
    level = forms.ChoiceField(label=_("层级"), choices=Level.choices, initial=Level.COUNTY)
    valid_from = forms.DateField(label=_("从哪天起"), widget=DayInput, help_text=AHEAD)

    def __init__(self, *args: Any, authorities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.offer(authorities)


class RenameForm(ReasonForm):
    """A new name from a day on."""

    name = forms.CharField(label=_("新名称"), max_length=80)
    on = forms.DateField(label=_("从哪天起"), widget=DayInput, help_text=AHEAD)
    field_order = ("name", "on", "reason")


class MoveForm(ReasonForm):
    """Another parent from a day on."""

    parent = PickField(label=_("新的上级"), queryset=Authority.objects.none())
    on = forms.DateField(label=_("从哪天起"), widget=DayInput, help_text=AHEAD)
    field_order = ("parent", "on", "reason")

    def __init__(self, *args: Any, authorities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.offer(authorities)


class CloseForm(ReasonForm):
    """The first day without it, and who carries its business on."""

    successor = PickField(label=_("承接单位"), queryset=Authority.objects.none(), required=False, empty_label=_("没有承接单位"),
                          help_text=_("下级、单位、人员岗位和在办事项都转到承接单位；这些都已没有的才不用填。"))
    on = forms.DateField(label=_("从哪天起撤销"), widget=DayInput, help_text=AHEAD)
    field_order = ("successor", "on", "reason")

    def __init__(self, *args: Any, authorities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        successor: Any = self.fields["successor"]
        successor.offer(authorities)


class ReseatForm(ReasonForm):
    """Organisations that come under another authority from a day on."""

    organisations = forms.ModelMultipleChoiceField(label=_("划转哪些单位"), queryset=Organisation.objects.none(), required=False,
                                                   widget=forms.CheckboxSelectMultiple)
    codes = forms.CharField(label=_("其他单位的统一社会信用代码"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
                            help_text=_("使用、施工单位在这里填，每行一个。"))
    target = PickField(label=_("划转到"), queryset=Authority.objects.none())
    on = forms.DateField(label=_("从哪天起"), widget=DayInput, help_text=AHEAD)
    field_order = ("organisations", "codes", "target", "on", "reason")

    def __init__(self, *args: Any, authorities: Any, seated: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seated = seated
        organisations: Any = self.fields["organisations"]
        organisations.queryset = seated.filter(kind=OrganisationKind.INSTITUTION)
        target: Any = self.fields["target"]
        target.offer(authorities)

    def clean(self) -> dict[str, Any]:
        """All units, ticked or named by their codes, in one list."""
        data: dict[str, Any] = super().clean() or {}
        codes = {line.strip().upper() for line in (data.pop("codes", "") or "").replace(",", "\n").replace("，", "\n").splitlines() if line.strip()}
        named = list(self.seated.filter(uscc__in=codes))
        if missing := sorted(codes - {one.uscc for one in named}):
            self.add_error("codes", say("该部门辖区内没有统一社会信用代码为%(code)s的单位，请核对。") % {"code": missing[0]})
        data["organisations"] = list({one.pk: one for one in [*(data.get("organisations") or []), *named]}.values())
        return data


class DayForm(ReasonForm):
    """One exceptional day of the calendar."""

    day = forms.DateField(label=_("日期"), widget=DayInput)
    is_workday = forms.TypedChoiceField(
        label=_("这一天"), choices=[("0", _("放假")), ("1", _("上班"))], coerce=lambda value: value == "1", initial="0"
    )
    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("如“国庆节”“国庆节调休”。"))
    source = forms.CharField(label=_("依据"), max_length=200, help_text=_("国务院办公厅当年通知的文号。"))
    field_order = ("day", "is_workday", "name", "source", "reason")


def day_asked(text: str, otherwise: date) -> date:
    """A day of an address, or another when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
