"""All routes as one OpenAPI 3 document, made from the routes, their policies and the forms that lead to them: a tool of the tests."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter, UUIDConverter

from hengjian.base.routes import RoutePolicy
from tests.trust.doors import Door

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
PAGE = {"text/html": {}, "application/json": {}}
# What a route may answer beside a page: files, and what a browser needs.
FILE = {"*/*": {}}
_CONVERTED = {UUIDConverter: {"type": "string", "format": "uuid"}, IntConverter: {"type": "integer", "minimum": 0},
              SlugConverter: {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}}
TEXT = {"type": "string"}
BLOCK = {"type": "object", "required": ["cells"], "properties": {"cells": {"type": "array", "maxItems": 5, "items": {
    "type": "object", "properties": {"line": TEXT, "column": TEXT, "value": TEXT, "base_version": {"type": "integer"}}}}}}
LIBRARY = "account_", "mfa_"


@dataclass(frozen=True)
class Route:
    """A route: its address as OpenAPI writes it, its name, view, policy, and what stands in the address."""

    path: str
    name: str
    view: Callable[..., Any]
    policy: RoutePolicy | None
    parts: dict[str, dict[str, Any]]

    @property
    def methods(self) -> tuple[str, ...]:
        """What the view answers; ``require_http_methods`` keeps its list in a closure."""
        view: Any = self.view
        while view is not None:
            names = getattr(getattr(view, "__code__", None), "co_freevars", ())
            if "request_method_list" in names:
                allowed = view.__closure__[names.index("request_method_list")].cell_contents
                return tuple(one for one in ("GET", "POST") if one in allowed)
            view = getattr(view, "__wrapped__", None)
        return ("GET", "POST")


def routes() -> Iterator[Route]:
    """Every route of the server."""
    yield from _walk(get_resolver(), "", "")


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry, prefix + str(entry.pattern), f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield _route(entry, prefix, f"{space}{entry.name or ''}")


def _route(entry: URLPattern, prefix: str, name: str) -> Route:
    text = prefix + str(entry.pattern)
    parts: dict[str, dict[str, Any]] = {key: _CONVERTED.get(type(one), {"type": "string", "minLength": 1}) for key, one in entry.pattern.converters.items()}
    for key, words in re.findall(r"\(\?P<(\w+)>([\w|]+)\)", text):
        parts[key] = {"type": "string", "enum": words.split("|")}
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", text)).replace("^", "").replace("$", "")
    return Route(f"/{path}", name, entry.callback, getattr(entry.callback, "route_policy", None), parts)


def named_in(view: Callable[..., Any], of: str) -> set[str]:
    """The names that a view and the functions of its module that it calls read out of ``request.GET`` or ``request.POST``."""
    module = inspect.getmodule(inspect.unwrap(view))
    functions = {one.name: one for one in ast.parse(inspect.getsource(module)).body if isinstance(one, ast.FunctionDef)} if module else {}
    wanted, seen, found = [inspect.unwrap(view).__name__], set(), set()
    while wanted:
        name = wanted.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        wanted += [node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)]
        found |= {node.args[0].value for node in ast.walk(functions[name]) if _reads(node, of)}
    return found


def _reads(node: ast.AST, of: str) -> bool:
    """Whether this is ``request.GET.get("name")``, or ``asked.get("name")`` where ``asked`` may be any such thing."""
    is_get = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"get", "getlist"}
    if not is_get or not node.args or not isinstance(node.args[0], ast.Constant) or not isinstance(node.args[0].value, str):
        return False
    held = ast.unparse(node.func.value)
    return held == f"request.{of}" or held in {"asked", "given", "data", "form.data"}


def document(doors: dict[str, Door]) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {}
    for route in routes():
        paths[route.path] = {method.lower(): operation(route, method, doors.get(route.name, Door())) for method in route.methods}
    return {"openapi": "3.0.3", "info": {"title": "Hengjian", "version": "1"}, "paths": paths}


def operation(route: Route, method: str, door: Door) -> dict[str, Any]:
    """One method of one route."""
    parameters = [{"name": name, "in": "path", "required": True, "schema": schema} for name, schema in route.parts.items()]
    asked = sorted(door.asked | named_in(route.view, "GET"))
    if method == "GET":
        parameters += [{"name": name, "in": "query", "schema": {"type": "string"}} for name in asked]
    held: dict[str, Any] = {
        "operationId": f"{method} {route.name}", "parameters": parameters, "responses": {str(status): _answer(status) for status in statuses(route, method)},
    }
    if method == "POST" and takes_json(route.view):
        held["requestBody"] = {"content": {"application/json": {"schema": BLOCK}}}
    elif method == "POST":
        held["requestBody"] = {"content": {kind: {"schema": body(route, door)} for kind in FORMS}}
    return held


def takes_json(view: Callable[..., Any]) -> bool:
    """Whether a view reads what is sent as JSON; there is one that does, and it takes a block of cells."""
    return "json_of(request)" in inspect.getsource(inspect.unwrap(view))


def _answer(status: int) -> dict[str, Any]:
    return {"description": str(status), "content": FILE if status == 200 else PAGE}


def body(route: Route, door: Door) -> dict[str, Any]:
    """What is sent to a command: the fields of its forms, and what the view reads by name."""
    fields = {name: {"type": "string"} for name in sorted(named_in(route.view, "POST"))} | door.fields
    fields.pop("csrfmiddlewaretoken", None)
    return {"type": "object", "properties": fields, "required": sorted(door.required & set(fields))}


def statuses(route: Route, method: str) -> list[int]:
    """What a route may answer: nothing else is documented."""
    is_library = route.name.startswith(LIBRARY)
    found = {200, 302, 400}  # 302: to the login, to the first step, to where a command leads
    if route.policy is not None and not route.policy.is_public:
        found |= {403}
    if route.parts or route.policy is not None:
        found |= {404}  # outside the scope, or a row that is named in what was sent
    if method == "POST":
        found |= {403, 409, 422}
        found |= {413, 415} if takes_json(route.view) else set()
    if method == "GET" and not is_library:
        found |= {409, 422}
    if is_library:
        found |= {404, 405}  # a second factor that is not there; views that only look
    if is_library or (route.policy is not None and route.policy.is_public):
        found |= {429}
    return sorted(found)
