"""The commands of the register's pages, by kind of row and the name in their address."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hengjian.base.acts import ActForm, PageAct
from hengjian.base.errors import OutOfScope
from hengjian.base.scope import Scope
from hengjian.registry import forms, models, policy, queries, services


@dataclass(frozen=True)
class Link:
    """A command that a page offers: its address and words."""

    url: str
    label: Any


def _changed(service: Callable[..., Any]) -> Callable[..., Any]:
    """A service that takes ``changes``, called with the fields of a form."""

    def call(row: Any, *, actor: Any, version: int | None = None, **given: Any) -> Any:
        return service(row, actor=actor, version=version, changes=given)

    return call


def _added(service: Callable[..., Any]) -> Callable[..., Any]:
    """A service that adds, called with a form that is also used for changing."""

    def call(row: Any, *, actor: Any, version: int | None = None, **given: Any) -> Any:
        return service(row, actor=actor, **given)

    return call


def _change_person(row: Any, *, actor: Any, phone: str, **given: Any) -> Any:
    return services.change_person(row, actor=actor, phone=phone or None, **given)


def _add_employment(row: Any, *, actor: Any, **given: Any) -> Any:
    own = queries.institution_by_id(actor.scope, actor.org_id)
    return services.add_employment(row, actor=actor, institution=own, **given)


def _verify(row: Any, *, actor: Any, proof: Any, **given: Any) -> Any:
    file = (proof.name, proof.read()) if proof else None
    return services.record_verification(row, actor=actor, proof=file, **given)


def _moves(service: Callable[..., Any], words: dict[str, Any]) -> dict[str, PageAct]:
    return {
        move: PageAct(label, forms.ReasonForm, partial(service, move=move), _("已办理，原因已记入存证。"))
        for move, label in words.items()
    }


SAVED = _("已保存。")
_INSTITUTION_MOVES = {"suspend": _("暂停"), "resume": _("恢复"), "revoke": _("吊销"), "cancel": _("注销")}
_APPROVAL_MOVES = {**_INSTITUTION_MOVES, "rescind": _("撤销")}

ACTS: dict[str, dict[str, PageAct]] = {
    "institution": {
        "change": PageAct(_("变更机构信息"), forms.InstitutionForm, _changed(services.change_institution), SAVED),
        "add-approval": PageAct(_("登记核准证"), forms.ApprovalForm, _added(services.add_approval), SAVED),
        "add-person": PageAct(_("登记人员"), forms.NewPersonForm, services.add_person, _("人员已登记，请补全证书、学历和职称。"), True),
        "add-work-area": PageAct(_("登记业务开展地"), forms.WorkAreaForm, services.add_work_area, SAVED),
        **_moves(services.move_institution, _INSTITUTION_MOVES),
    },
    "approval": {
        "change": PageAct(_("更正"), forms.ApprovalForm, _changed(services.change_approval), SAVED),
        **_moves(services.move_approval, _APPROVAL_MOVES),
    },
    "work-area": {"remove": PageAct(_("取消"), ActForm, services.remove_work_area, _("已取消。"))},
    "person": {
        "change": PageAct(_("变更基本信息"), forms.PersonForm, _change_person, SAVED),
        "add-employment": PageAct(_("登记聘用"), forms.NewEmploymentForm, _add_employment, SAVED),
        "add-credential": PageAct(_("登记证书"), forms.CredentialForm, _added(services.add_credential), SAVED),
        "add-education": PageAct(_("登记学历"), forms.EducationForm, _added(services.add_education), SAVED),
        "add-title": PageAct(_("登记职称"), forms.TitleForm, _added(services.add_title), SAVED),
        "training": PageAct(_("登记培训学时"), forms.TrainingForm, services.record_training, SAVED),
    },
    "employment": {
        "change": PageAct(_("更正"), forms.EmploymentForm, _changed(services.change_employment), SAVED),
        "register-practice": PageAct(_("登记执业公示"), forms.PracticeForm, services.register_practice, SAVED),
        "cancel-practice": PageAct(
            _("取消执业公示"), forms.ReasonForm, services.cancel_practice, _("已取消执业公示。")
        ),
        "end": PageAct(_("登记离职"), forms.ReasonForm, services.end_employment, _("已登记离职。")),
    },
    "credential": {
        "change": PageAct(_("更正"), forms.CredentialForm, _changed(services.change_credential), SAVED),
        "cancel": PageAct(_("注销资质"), forms.ReasonForm, services.cancel_credential, _("资质已注销。")),
    },
    "education": {
        "verify": PageAct(_("登记核验"), forms.EducationVerificationForm, _verify, _("核验记录已登记。")),
        "change": PageAct(_("更正"), forms.EducationForm, _changed(services.change_education), SAVED),
    },
    "title": {
        "verify": PageAct(_("登记核验"), forms.TitleVerificationForm, _verify, _("核验记录已登记。")),
        "change": PageAct(_("更正"), forms.TitleForm, _changed(services.change_title), SAVED),
    },
    "enterprise": {"add-equipment": PageAct(_("登记设备"), forms.EquipmentForm, services.add_equipment, SAVED)},
}
MODELS: dict[str, Any] = {
    "institution": models.Institution, "approval": models.Approval, "work-area": models.InstitutionWorkArea,
    "person": models.Person, "employment": models.Employment, "credential": models.Credential,
    "education": models.Education, "title": models.Title, "enterprise": models.Enterprise,
}
WITH = {"approval": "institution", "work-area": "institution", "employment": "person", "credential": "person",
        "education": "person", "title": "person", "institution": "organisation"}


def row_of(scope: Scope, kind: str, row_id: UUID) -> Any:
    """The row of an address, or ``OutOfScope``."""
    if kind not in MODELS:
        raise OutOfScope(kind)
    found = MODELS[kind].objects.within(scope).filter(pk=row_id)
    row = (found.select_related(WITH[kind]) if kind in WITH else found).first()
    if row is None:
        raise OutOfScope(f"{kind} {row_id}")
    return row


def act_of(kind: str, code: str) -> PageAct:
    """The command of an address, or ``OutOfScope``."""
    try:
        return ACTS[kind][code]
    except KeyError:
        raise OutOfScope(f"{kind}/{code}") from None


def form_for(kind: str, code: str, row: Any, actor: Any, data: Any = None, files: Any = None) -> ActForm:
    """The form of a command, filled with what the row says now."""
    wanted = act_of(kind, code).form
    known = {name: _held(row, name) for name in wanted.base_fields} if code == "change" else {}
    known = {name: value for name, value in known.items() if value not in (None, "") and name != "phone"}
    form = wanted(data, files, initial=known)
    if "area" in form.fields:
        form.fields["area"].choices = [  # type: ignore[attr-defined]
            (one.path, "　" * one.depth + one.name) for one in queries.areas_within(actor.scope)
        ]
    return form


def _held(row: Any, name: str) -> Any:
    owner = row if hasattr(row, name) else getattr(row, "organisation", None)
    return getattr(owner, name, None)


def home_of(row: Any) -> str:
    """The page on which a row is shown."""
    person, institution = getattr(row, "person_id", None), getattr(row, "institution_id", None)
    if isinstance(row, models.Person) or person:
        return reverse("registry:person", args=[person or row.pk])
    if isinstance(row, (models.Enterprise, models.Equipment)):
        return reverse("registry:enterprise", args=[getattr(row, "enterprise_id", row.pk)])
    return reverse("registry:institution", args=[institution or row.pk])


def links(kind: str, row: Any, actor: Any, employments: Iterable[Any] = ()) -> list[Link]:
    """The commands on a row that are open to the actor now."""
    found = []
    for code, act in ACTS[kind].items():
        if _fits(kind, code, row) and may(kind, code, row, actor, employments):
            found.append(Link(reverse("registry:act", args=[kind, row.pk, code]), act.label))
    return found


def may(kind: str, code: str, row: Any, actor: Any, employments: Iterable[Any]) -> bool:
    """Whether a command is the actor's to give, whatever the state of the row; ``employments`` are those of the person it is about."""
    if kind == "institution" and code == "add-person":
        return policy.may_add_person(actor, row)
    if kind in ("institution", "approval", "work-area"):
        return policy.may_change_institution(actor, row)
    if kind == "employment":
        return policy.may_change_employment(actor, row)
    if kind == "enterprise":
        return policy.may_change_enterprise(actor, row.area)
    if kind == "credential" and code == "cancel":
        return policy.may_cancel_credential(actor, employments)
    if kind == "person" and code == "add-employment":
        return policy.is_of_institution(actor) and policy.may_change_file(actor, employments)
    return policy.may_change_file(actor, employments)


def why_not(kind: str, code: str) -> str:
    """What whoever may not give a command reads, in the words of its service."""
    if kind == "credential" and code == "cancel":
        return policy.NOT_CANCELLING
    of_authority = kind in ("institution", "approval", "work-area", "enterprise") and code != "add-person"
    return policy.NOT_REGULATOR if of_authority else policy.NOT_OWN_PEOPLE


def _fits(kind: str, code: str, row: Any) -> bool:
    """Whether the row stands as the command asks."""
    if kind in ("institution", "approval", "work-area") and code != "add-person":
        chart = getattr(row, "CHART", None)
        return chart is None or code not in chart.moves or chart.allows(code, row.state)
    if kind == "employment":
        return _fits_employment(code, row)
    return kind != "credential" or code != "cancel" or row.cancelled_on is None


def _fits_employment(code: str, row: Any) -> bool:
    is_registered = row.practice_registered_on is not None and row.practice_cancelled_on is None
    return {
        "register-practice": not is_registered and row.ended_on is None, "cancel-practice": is_registered,
        "end": row.ended_on is None,
    }.get(code, True)
