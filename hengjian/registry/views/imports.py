"""Import: upload, dry run, marked workbook, confirmation; export of the register."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base import clock
from hengjian.base.acts import opens_for
from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.routes import policy as route
from hengjian.base.uploads import size_fault
from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_FILLERS, REGULATORS
from hengjian.registry import exchange, forms, policy, queries, services
from hengjian.registry.models import ImportRun

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 100


def _download(name: str, data: bytes, media_type: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _runs(actor: Any) -> QuerySet[ImportRun]:
    """What the actor's own unit handed in: a file holds identity numbers as they were typed, and goes back to nobody else.

    Who keeps the tree of authorities alone sees the own files only, not the rosters of the colleagues.
    """
    opens_for(policy.may_import(actor), _(policy.NOT_IMPORTING))
    found = queries.import_runs(actor.scope).filter(org_id=actor.org_id)
    return found.filter(by_id=actor.id) if policy.keeps_tree_only(actor) else found


def _run(request: HttpRequest, run_id: UUID) -> ImportRun:
    found = _runs(request.actor).filter(pk=run_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise OutOfScope(f"import {run_id}")
    return found


@route("registry.import", *AUTHORITY_ROLES, *INSTITUTION_FILLERS)
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Hand in a file, and see what was handed in before."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    held = _runs(actor)
    form = forms.UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        run = _checked(form, actor)
        if run is not None:
            return redirect("registry:import_run", run.pk)
    runs = Paginator(held, 20).get_page(request.GET.get("page"))
    status = 422 if request.method == "POST" else 200
    rooms = {"tree_only": policy.keeps_tree_only(actor), "of_institution": policy.is_of_institution(actor)}
    return render(request, "registry/imports.html", {"form": form, "page": runs, **rooms}, status=status)


def _checked(form: forms.UploadForm, actor: Any) -> ImportRun | None:
    """The run of the file that was handed in; nothing, with the fault at the form, when it cannot be taken."""
    file = form.cleaned_data["file"]
    too_large = size_fault(file.size)
    if too_large:
        form.add_error("file", too_large)
        return None
    try:
        return exchange.check_file(actor=actor, file_name=file.name, data=file.read())
    except BadInput as refusal:
        form.refuse(refusal)
        return None


@require_GET
@route("registry.import", *AUTHORITY_ROLES, *INSTITUTION_FILLERS)
def import_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What a dry run found, or what was imported."""
    run = _run(request, run_id)
    faults = exchange.faults_of(run)
    page = Paginator([one for one in faults if not one.is_warning], PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "registry/import_run.html", {
        "run": run, "page": page, "warnings": [one for one in faults if one.is_warning][:PER_PAGE],
        "counts": exchange.counts_of(run), "is_kept": services.is_kept(run), "form": forms.ConfirmForm(initial={"sha256": run.sha256}),
    })


@require_POST
@route("registry.import", *AUTHORITY_ROLES, *INSTITUTION_FILLERS)
def confirm(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Import the file that was checked; bound to its hash."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    run = exchange.confirm_run(_run(request, run_id), actor=actor, sha256=request.POST.get("sha256", ""))
    messages.success(request, _("已全部导入。"))
    return redirect("registry:import_run", run.pk)


@require_POST
@route("registry.import", *AUTHORITY_ROLES, *INSTITUTION_FILLERS)
def give_up(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Leave a checked file without importing it."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    services.refuse_import(_run(request, run_id), actor=actor)
    messages.success(request, _("已放弃，没有写入任何数据。"))
    return redirect("registry:imports")


@require_GET
@route("registry.import", *AUTHORITY_ROLES, *INSTITUTION_FILLERS)
def marked(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The workbook with its faults marked in red."""
    return _download(*exchange.marked_workbook(_run(request, run_id)), XLSX)


def _tables_of(actor: Any) -> tuple[str, ...]:
    if policy.is_of_institution(actor):
        return exchange.FOR_INSTITUTIONS
    return exchange.FOR_TREE_KEEPERS if policy.keeps_tree_only(actor) else exchange.FOR_REGULATORS


@require_GET
@route("registry.import", *AUTHORITY_ROLES, *INSTITUTION_FILLERS)
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to be filled in."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    opens_for(policy.may_import(actor), _(policy.NOT_IMPORTING))
    return _download(_("名录导入模板.xlsx"), exchange.template_workbook(_tables_of(actor)), XLSX)


def _exported(actor: Any, form: str) -> Any:
    name = _("机构人员名录-%(day)s") % {"day": clock.today().isoformat()}
    if form == "xlsx":
        return _download(f"{name}.xlsx", exchange.register_workbook(actor.scope), XLSX)
    return FileResponse(exchange.package_file(actor.scope, form=form), as_attachment=True, filename=f"{name}.zip", content_type="application/zip")


@route("registry.export", *REGULATORS, *INSTITUTION_FILLERS, fresh=True)
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """The register as a package of the exchange contract, for a stated purpose."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    form = forms.ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.record_export(actor=actor, purpose=given["purpose"], reason=given["reason"])
        except BadInput as refusal:
            form.refuse(refusal)
        else:
            answer = _exported(actor, given["form"])
            answer.told_once = True  # the whole register is no matter for a receipt
            return answer  # type: ignore[no-any-return]
    return render(request, "registry/export.html", {"form": form}, status=422 if request.method == "POST" else 200)
