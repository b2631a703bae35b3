"""After the database was put back to an earlier time: what is missing, who has consented, and the epochs that were begun."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from hengjian.base.actions import TITLES
from hengjian.base.acts import ActForm
from hengjian.base.errors import BadInput
from hengjian.base.ledger import witness
from hengjian.base.ledger.continuity import Cause, Continuity, look, said_of
from hengjian.base.ledger.recovery import consents_to, epochs
from hengjian.base.ledger.told import told_of
from hengjian.base.models import EpochCause, LedgerConsent, LedgerEntry, LedgerEpoch
from hengjian.base.routes import policy as route
from hengjian.parties import services
from hengjian.parties.models import Account
from hengjian.parties.policy import RECOVERING
from hengjian.parties.states import PLATFORM_ADMINS, Role
from hengjian.web.desk import ledger_search as search

SHOWN_LOST = 200


class ConsentForm(ActForm):
    """What somebody who consents states: the cause, and why."""

    cause = forms.ChoiceField(label=lazy("原因"), choices=[("", lazy("请选择")), *EpochCause.choices])
    reason = forms.CharField(
        label=lazy("经过和理由"), max_length=1000, widget=forms.Textarea({"rows": 4}),
        help_text=lazy("写明为什么恢复、恢复到哪一份备份、缺失的办理由谁补办。将记入账本。"),
    )
    situation = forms.CharField(widget=forms.HiddenInput)


def _lines(lost: Iterable[witness.Named]) -> list[dict[str, Any]]:
    """Missing entries in words: no content, for there is none any more."""
    held = list(lost)[:SHOWN_LOST]
    names = _names({one.actor_id for one in held if one.actor_id})
    kinds = dict(search.kinds())
    return [
        {
            "sequence": one.sequence, "at": witness.moment_of(one), "what": _(TITLES.get(one.action, one.action)), "kind": kinds.get(one.object_type, one.object_type),
            "object_id": one.object_id, "who": names.get(str(one.actor_id), "") if one.actor_id else _("系统"), "id": one.id,
        }
        for one in held
    ]


def _names(ids: Iterable[Any]) -> dict[str, str]:
    return {str(pk): name for pk, name in Account.objects.filter(pk__in=list(ids)).values_list("pk", "name")}


def _consents(rows: list[LedgerConsent]) -> list[dict[str, Any]]:
    """Each post that has to consent, with who did for it."""
    names = _names([one.account_id for one in rows])
    by_role = {one.role: one for one in rows}
    return [
        {"role": Role(role).label, "consent": by_role.get(role), "who": names.get(str(by_role[role].account_id), "") if role in by_role else ""}
        for role in sorted(RECOVERING, reverse=True)
    ]


def _past(rows: list[LedgerEpoch]) -> list[dict[str, Any]]:
    names = _names([one["account"] for row in rows for one in row.consents])
    held = {entry.object_id: entry for entry in LedgerEntry.objects.filter(object_type=LedgerEpoch._meta.label_lower, object_id__in=[row.pk for row in rows])}
    told = told_of(held.values())
    return [
        {
            "epoch": row, "who": "、".join(names.get(one["account"], "") for one in row.consents), "reason": told[held[row.pk].pk].after.get("reason", ""),
            "lost": _lines(witness.lost_before(row.number)),
        }
        for row in reversed(rows)
    ]


def _page(request: HttpRequest, found: Continuity, form: ConsentForm | None = None) -> HttpResponse:
    actor, rows = request.actor, [] if found.is_sound else consents_to(found)  # type: ignore[attr-defined]
    may = actor.role in RECOVERING and found.cause in {Cause.BEHIND, Cause.FORKED} and actor.role not in {one.role for one in rows}
    return render(request, "web/desk/recovery.html", {
        "found": found, "said": "" if found.is_sound else said_of(found), "lost": _lines(found.lost), "lost_all": found.lost_to - found.agreed + 1 - found.still_here,
        "consents": _consents(rows), "past": _past(epochs()),
        "form": form or (ConsentForm(initial={"situation": found.situation}) if may else None),
    }, status=422 if form is not None else 200)


@require_GET
@route("web.recovery", *PLATFORM_ADMINS)
def recovery(request: HttpRequest) -> HttpResponse:
    """How the ledger stands against what is remembered of it."""
    return _page(request, look())


@require_POST
@route("web.consent_to_recovery", *RECOVERING, fresh=True)
def consent(request: HttpRequest) -> HttpResponse:
    """Consent to go on from the database as it is."""
    form = ConsentForm(request.POST)
    if form.is_valid():
        try:
            opened = services.consent_to_recovery(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
        except BadInput as refusal:
            form.refuse(refusal)
        else:
            said = _("第%(n)s纪元已经开启，恢复办理。") % {"n": opened.number} if opened else _("您的确认已经记下，还需要另一位管理员确认。")
            messages.success(request, said)
            return redirect("web:recovery")
    return _page(request, look(), form)


@require_GET
@route("web.lost_entries", *PLATFORM_ADMINS)
def lost_entries(request: HttpRequest, number: int = 0) -> HttpResponse:
    """The whole list of what is missing now, or was when an epoch began, one entry a line."""
    rows = witness.lost_before(number) if number else look().lost
    text = "".join(json.dumps(one._asdict(), ensure_ascii=False) + "\n" for one in rows)
    answer = HttpResponse(text, content_type="application/x-ndjson; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="lost-{number or "now"}.jsonl"'
    return answer
