"""The inbox of an account, and what it sets for itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.routes import policy as route
from hengjian.parties import queries, services
from hengjian.parties.actors import own_actor
from hengjian.parties.models import Message

PER_PAGE = 30
DENSITIES = ("loose", "normal", "tight")


@require_GET
@route("web.inbox")
def inbox(request: HttpRequest) -> HttpResponse:
    """Messages to the account, the unread first to be counted."""
    actor = request.actor  # type: ignore[attr-defined]
    told = queries.inbox(actor.scope, actor.id)
    unread = queries.unread_count(actor.scope, actor.id)
    if request.GET.get("view") == "unread":
        told = told.filter(read_at__isnull=True)
    views = [{"key": "", "label": _("全部")}, {"key": "unread", "label": _("未读"), "n": unread}]
    page = Paginator(told, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "web/desk/inbox.html", {"page": page, "views": views, "unread_now": unread})


def _message(request: HttpRequest, message_id: UUID) -> Message:
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.inbox(actor.scope, actor.id).filter(pk=message_id).first()
    if found is None:
        raise OutOfScope(str(message_id))
    return found


@require_POST
@route("web.read_message")
def read(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Mark a message as read and go where its work is done."""
    row = services.read_message(_message(request, message_id), actor=request.actor)  # type: ignore[attr-defined]
    is_ours = row.url.startswith("/") and url_has_allowed_host_and_scheme(row.url, allowed_hosts=None)
    return redirect(row.url if is_ours else "web:inbox")


@require_POST
@route("web.read_message")
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all messages as read."""
    actor = request.actor  # type: ignore[attr-defined]
    count = services.read_messages(list(queries.inbox(actor.scope, actor.id).filter(read_at__isnull=True)), actor=actor)
    messages.success(request, _("%(n)s条消息已标为已读。") % {"n": count})
    return redirect("web:inbox")


@require_POST
@route("web.density", without_post=True)
def density(request: HttpRequest) -> HttpResponse:
    """Keep the height of table rows with the account."""
    wanted = request.POST.get("density", "")
    if wanted not in DENSITIES:
        raise BadInput("density", _("行距只有宽、中、密三种。"))
    services.change_own_details(request.user, actor=own_actor(request.user), density=wanted)  # type: ignore[arg-type]
    return JsonResponse({"density": wanted})
