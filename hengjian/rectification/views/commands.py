"""The commands of the page of a problem, by the name in their address."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hengjian.base.acts import ActForm, PageAct
from hengjian.rectification import forms, queries, services
from hengjian.rectification.models import Problem

ACTS: dict[str, PageAct] = {
    "confirm": PageAct(_("确认问题"), forms.ConfirmForm, services.confirm_problem, _("已确认，责任单位可以看到时限。"), True),
    "verify-close": PageAct(
        _("核查通过并销号"), forms.CloseForm, services.verify_and_close, _("已销号，90天后复查。"), True
    ),
    "close": PageAct(_("销号"), forms.CloseForm, services.close_problem, _("已销号，90天后复查。"), True),
    "report": PageAct(
        _("申报整改完毕"), forms.ReportForm, services.report_rectified, _("已申报，等待监管部门核查。"), True
    ),
    "recheck": PageAct(_("登记复查"), forms.RecheckForm, services.record_recheck, _("复查结果已登记。"), True),
    "plan": PageAct(_("填写整改举措"), forms.PlanForm, services.plan_rectification, _("整改举措已保存。"), True),
    "verify": PageAct(_("核查通过"), forms.NoteForm, services.verify_problem, _("已核查通过，待销号。")),
    "return": PageAct(_("退回再整改"), forms.ReturnForm, services.return_problem, _("已退回，责任单位可以看到理由。")),
    "extension": PageAct(_("申请延期"), forms.ExtensionForm, services.ask_extension, _("延期申请已提交，等待决定。")),
    "evidence": PageAct(_("添加证据"), forms.EvidenceForm, services.add_evidence, _("证据已入卷。")),
    "merge": PageAct(_("并入另一问题"), forms.MergeForm, services.merge_problem, _("已并入，来源一并转过去。")),
    "dismiss": PageAct(_("认定不成立"), forms.ReasonForm, services.dismiss_problem, _("已认定不成立，理由已留存。")),
}
DECIDE = PageAct(_("决定延期"), forms.DecisionForm, services.decide_extension, _("延期已决定。"))


def form_for(code: str, problem: Problem, actor: Any, data: Any = None, files: Any = None) -> ActForm:
    """The form of a command, filled with what the problem already says."""
    form = ACTS[code].form(data, files, initial=_known(code, problem), auto_id=f"{code}-%s")
    if code == "merge":
        into: Any = form.fields["into"]
        into.queryset = queries.mergeable(actor.scope, problem)
    return form


def _known(code: str, problem: Problem) -> dict[str, Any]:
    names = {
        "confirm": ("severity",),
        "plan": ("measure", "responsible_name", "responsible_department", "at_once", "due_on"),
    }.get(code, ())
    return {name: getattr(problem, name) for name in names}
