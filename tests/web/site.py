"""A site of one page, the components, with a sheet that it saves in memory."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path

from hengjian.base.routes import public, takes_json

WHY = "a page of the tests"
CELLS: dict[tuple[str, str], dict[str, Any]] = {}
SAVED: list[dict[str, str]] = []
BROKEN: list[bool] = []


def reset() -> None:
    """Begin with an empty sheet and a healthy server."""
    CELLS.clear()
    SAVED.clear()
    BROKEN.clear()


def theirs(line: str, column: str, value: str) -> None:
    """Let another person have changed a cell since the page was opened."""
    CELLS[line, column] = {"version": 7, "value": value}


@public(WHY)
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "web/components.html", {"save_url": "/save/", "batch_url": "/batch/"})


def _save(given: dict[str, str]) -> tuple[int, dict[str, Any]]:
    cell = CELLS.setdefault((given["line"], given["column"]), {"version": 1, "value": ""})
    if given["value"] == "太短":
        return 422, {"message": "请写明日期。"}
    if str(given["base_version"]) != str(cell["version"]):
        return 409, {"theirs": cell["value"], "by": "沈听澜", "at": "14:31", "version": cell["version"]}
    cell.update(version=cell["version"] + 1, value=given["value"])
    SAVED.append(given)
    return 200, {"version": cell["version"]}


@public(WHY)
def save(request: HttpRequest) -> HttpResponse:
    if BROKEN:
        return HttpResponse(status=503)
    status, body = _save(request.POST.dict())
    return JsonResponse(body, status=status)


@public(WHY)
@takes_json
def save_many(request: HttpRequest) -> HttpResponse:
    results = [{"status": status, **body} for status, body in map(_save, json.loads(request.body)["cells"])]
    return JsonResponse({"results": results})


@public(WHY)
def refused(request: HttpRequest) -> HttpResponse:
    facts = {"status": 409, "headline": "情况已经变了", "said": "问题已经销号。", "faults": [], "advice": "请刷新。", "back": "/"}
    return render(request, "web/error_part.html", facts, status=409)


urlpatterns = [
    path("", components),
    path("save/", save),
    path("batch/", save_many),
    path("refused/", refused),
]
