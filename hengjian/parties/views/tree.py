"""The tree of authorities: as it stands or stood on a day, and the changes that the province makes in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from hengjian.base import clock
from hengjian.base.acts import ActForm, Offer, PageAct, carry_out
from hengjian.base.errors import OutOfScope
from hengjian.base.routes import policy as route
from hengjian.base.scope import Scope
from hengjian.parties import forms, policy, queries, services
from hengjian.parties.models import Authority, TreeChange
from hengjian.parties.states import AUTHORITY_ROLES, Role


def _add(_row: Any, *, actor: Any, **given: Any) -> Authority:
    return services.add_authority(actor=actor, **given)


DONE = lazy("已办理。日期在今天以后的已登记，到那天生效。")
ADD = PageAct(lazy("设立监管部门"), forms.AuthorityForm, _add, DONE, True)
ACTS: dict[str, PageAct] = {
    "rename": PageAct(lazy("更改名称"), forms.RenameForm, services.rename_authority, DONE),
    "move": PageAct(lazy("调整隶属"), forms.MoveForm, services.move_authority, DONE),
    "reseat": PageAct(lazy("划转单位"), forms.ReseatForm, services.reseat_organisations, DONE),
    "close": PageAct(lazy("撤销"), forms.CloseForm, services.close_authority, DONE),
}
WITHDRAW = PageAct(lazy("撤回"), forms.ReasonForm, services.withdraw_change, lazy("已撤回，不会生效。"), move="withdraw")


def _form(act: PageAct, code: str, data: Any = None, *, scope: Scope, chosen: Authority | None = None, **more: Any) -> ActForm:
    make: Callable[..., ActForm] = act.form
    if act.form in (forms.AuthorityForm, forms.MoveForm, forms.CloseForm, forms.ReseatForm):
        held = queries.authorities(scope)
        more["authorities"] = held if chosen is None else _fitting(held, code, chosen)
    if act.form is forms.ReseatForm and chosen is not None:
        more["seated"] = queries.seated_at(scope, chosen.path)
    return make(data, auto_id=f"{code}-%s", **more)


def _fitting(held: Any, code: str, chosen: Authority) -> Any:
    """Only those that may be chosen: another parent, a successor of the same level, another place for units."""
    held = held.exclude(pk=chosen.pk)
    if code == "move":
        return held.exclude(pk=chosen.parent_id).exclude(path__startswith=chosen.path).exclude(level=chosen.level)
    return held.filter(level=chosen.level) if code == "close" else held


def _page(request: HttpRequest, chosen: Authority | None = None, bound: dict[str, ActForm] | None = None) -> HttpResponse:
    actor, held = request.actor, bound or {}  # type: ignore[attr-defined]
    today = clock.today()
    day = forms.day_asked(request.GET.get("day", ""), today)
    may_change = policy.may_change_tree(actor) and day == today
    offers = []
    if may_change and chosen is not None:
        start = {"name": chosen.name, "on": today}
        offers = [
            Offer(code, reverse("parties:act_on_authority", args=[chosen.pk, code]), act.label,
                  held.get(code) or _form(act, code, scope=actor.scope, chosen=chosen, initial=start))
            for code, act in ACTS.items() if chosen.valid_to is None
        ]
    add = Offer("add", reverse("parties:add_authority"), ADD.label, held.get("add") or _form(ADD, "add", scope=actor.scope, initial={
        "parent": chosen.pk if chosen else None, "valid_from": today}), True)
    nodes = [(node, node.path.count("/") - 1) for node in queries.tree_as_of(actor.scope, day) if node.path.startswith(actor.area)]
    return render(request, "parties/tree.html", {
        "nodes": nodes, "day": day, "is_today": day == today, "chosen": chosen, "offers": offers, "add": add if may_change else None,
        "waiting": _waiting(actor, held) if policy.may_change_tree(actor) else [],
        "editions": chosen.editions.order_by("-valid_from") if chosen else [], "may_change": policy.may_change_tree(actor),
    })


def _waiting(actor: Any, held: dict[str, ActForm]) -> list[tuple[TreeChange, Offer]]:
    """Changes that wait for their day, each with its withdrawal."""
    found = []
    for change in queries.changes_waiting(actor.scope, actor.area):
        code = f"withdraw-{change.pk}"
        found.append((change, Offer(code, reverse("parties:withdraw_tree_change", args=[change.pk]), WITHDRAW.label, held.get(code) or _form(WITHDRAW, code, scope=actor.scope))))
    return found


def _authority(request: HttpRequest, authority_id: UUID) -> Authority:
    actor = request.actor  # type: ignore[attr-defined]
    found = Authority.objects.within(actor.scope).filter(pk=authority_id, path__startswith=actor.area).first()
    if found is None:
        raise OutOfScope(str(authority_id))
    return found


@require_GET
@route("parties.tree", *AUTHORITY_ROLES)
def tree(request: HttpRequest) -> HttpResponse:
    """The tree on a day, with one authority opened beside it."""
    asked = request.GET.get("node", "")
    try:
        node = UUID(asked) if asked else None
    except ValueError as error:
        raise OutOfScope(asked) from error
    return _page(request, _authority(request, node) if node else None)


@require_POST
@route("parties.change_tree", Role.AUTHORITY_ADMIN, fresh=True)
def add_authority(request: HttpRequest) -> HttpResponse:
    """Set up an authority."""
    form = _form(ADD, "add", request.POST, scope=request.actor.scope)  # type: ignore[attr-defined]
    return carry_out(request, ADD, None, form=form, page=lambda bad: _page(request, None, {"add": bad}), home=_home)


@require_POST
@route("parties.change_tree", Role.AUTHORITY_ADMIN, fresh=True)
def act_on_authority(request: HttpRequest, authority_id: UUID, code: str) -> HttpResponse:
    """Rename, move or close an authority, or seat its units under another one."""
    row = _authority(request, authority_id)
    if code not in ACTS:
        raise OutOfScope(code)
    form = _form(ACTS[code], code, request.POST, scope=request.actor.scope, chosen=row)  # type: ignore[attr-defined]
    return carry_out(request, ACTS[code], row, form=form, page=lambda bad: _page(request, row, {code: bad}), home=_home)


@require_POST
@route("parties.change_tree", Role.AUTHORITY_ADMIN, fresh=True)
def withdraw_tree_change(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Withdraw a change before its day."""
    change = queries.tree_change(request.actor.scope, change_id)  # type: ignore[attr-defined]
    code = f"withdraw-{change.pk}"
    form = _form(WITHDRAW, code, request.POST, scope=request.actor.scope)  # type: ignore[attr-defined]
    return carry_out(request, WITHDRAW, change, form=form, page=lambda bad: _page(request, None, {code: bad}), home=_tree_home)


def _tree_home(_done: TreeChange) -> str:
    return reverse("parties:tree")


def _home(done: Authority) -> str:
    return f"{reverse('parties:tree')}?node={done.pk}"
