"""The commands of the page of a problem, by the name in their address."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hengjian.base.acts import ActForm, PageAct
from hengjian.rectification import forms, policy, queries, services
from hengjian.rectification.models import Problem

ACTS: dict[str, PageAct] = {
    "confirm": PageAct(
        _("确认问题"), forms.ConfirmForm, services.confirm_problem, _("已确认，责任单位可以看到时限。"), True,
        move="confirm", may=policy.may_confirm,
    ),
    "verify-close": PageAct(
        _("核查通过并销号"), forms.CloseForm, services.verify_and_close, _("已销号，90天后复查。"), True,
        move="verify", may=policy.may_verify,
    ),
    "close": PageAct(
        _("销号"), forms.CloseForm, services.close_problem, _("已销号，90天后复查。"), True, move="close", may=policy.may_close
    ),
    "report": PageAct(
        _("申报整改完毕"), forms.ReportForm, services.report_rectified, _("已申报，等待监管部门核查。"), True,
        move="report", may=policy.may_report,
    ),
    "recheck": PageAct(
        _("登记复查"), forms.RecheckForm, services.record_recheck, _("复查结果已登记。"), True,
        move="recheck", may=policy.may_recheck,
    ),
    "plan": PageAct(
        _("填写整改举措"), forms.PlanForm, services.plan_rectification, _("整改举措已保存。"), True,
        move="prepare|plan", may=policy.may_plan,
    ),
    "verify": PageAct(
        _("核查通过"), forms.NoteForm, services.verify_problem, _("已核查通过，待销号。"), move="verify", may=policy.may_verify
    ),
    "return": PageAct(
        _("退回再整改"), forms.ReturnForm, services.return_problem, _("已退回，责任单位可以看到理由。"),
        move="send_back", may=policy.may_send_back,
    ),
    "extension": PageAct(
        _("申请延期"), forms.ExtensionForm, services.ask_extension, _("延期申请已提交，等待决定。"),
        move="ask_more_time", may=policy.may_ask_extension,
    ),
    "evidence": PageAct(
        _("添加证据"), forms.EvidenceForm, services.add_evidence, _("证据已入卷。"), may=policy.may_attach
    ),
    "merge": PageAct(
        _("并入另一问题"), forms.MergeForm, services.merge_problem, _("已并入，来源一并转过去。"),
        move="dismiss", may=policy.may_confirm,
    ),
    "dismiss": PageAct(
        _("认定不成立"), forms.ReasonForm, services.dismiss_problem, _("已认定不成立，理由已留存。"),
        move="dismiss", may=policy.may_confirm,
    ),
}
DECIDE = PageAct(_("决定延期"), forms.DecisionForm, services.decide_extension, _("延期已决定。"))


def form_for(code: str, problem: Problem, actor: Any, data: Any = None, files: Any = None) -> ActForm:
    """The form of a command, filled with what the problem already says."""
    form = ACTS[code].form(data, files, initial=_known(code, problem), auto_id=f"{code}-%s")
    if code == "merge":
        into: Any = form.fields["into"]
        into.offer(queries.mergeable(actor.scope, problem))
    return form


def _known(code: str, problem: Problem) -> dict[str, Any]:
    names = {
        "confirm": ("severity",),
        "plan": ("measure", "responsible_name", "responsible_department", "at_once", "due_on"),
    }.get(code, ())
    known = {name: getattr(problem, name) for name in names}
    return {**known, "at_once": str(int(problem.at_once))} if code == "plan" else known
