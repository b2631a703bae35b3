"""Forms of the dossier: what is handed in with a file, how it was verified, how a document is sealed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hengjian.base.acts import ActForm, DayInput
from hengjian.dossier.states import ACCEPTED, EvidenceMethod


class KeepForm(ActForm):
    """A file for an object, with what is to be said about it."""

    object_type = forms.CharField(max_length=60, widget=forms.HiddenInput)
    object_id = forms.UUIDField(widget=forms.HiddenInput)
    item = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    file = forms.FileField(label=_("文件"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    valid_until = forms.DateField(label=_("有效期至"), required=False, widget=DayInput)


class VerifyForm(ActForm):
    """How evidence was compared with its source."""

    method = forms.ChoiceField(label=_("核验方式"), choices=EvidenceMethod.choices)
    note = forms.CharField(label=_("核验情况"), max_length=200, required=False)


class ReplaceForm(ActForm):
    """A new version of a file and why there is one."""

    file = forms.FileField(label=_("新文件"), widget=forms.FileInput(attrs={"accept": ACCEPTED}))
    note = forms.CharField(label=_("替换的原因"), max_length=200)


class ScanForm(ActForm):
    """The scan of the page that was signed and sealed by hand."""

    file = forms.FileField(label=_("盖章页的扫描件或照片"), widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp,.tif,.tiff,.pdf"}))


class SignForm(ActForm):
    """The certificate of the unit; neither file nor password is kept."""

    certificate = forms.FileField(label=_("单位证书（.p12、.pfx）"), widget=forms.FileInput(attrs={"accept": ".p12,.pfx"}))
    passphrase = forms.CharField(label=_("证书密码"), widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    meaning = forms.CharField(label=_("签章含义"), max_length=60, initial=_("出具"))
    without_stamp = forms.BooleanField(
        label=_("没有时间戳也签章"), required=False, help_text=_("时间戳服务没有应答时才用得到；公文页面会注明没有时间戳")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.TIME_AUTHORITY_URL:
            del self.fields["without_stamp"]
