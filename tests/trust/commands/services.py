"""The services of the system as its code names them, and which of them stand behind a statement."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import hengjian

NOT_OURS = ("hengjian.web.demo", "hengjian.cli", "hengjian.wsgi", "hengjian.__main__")
"""The demonstration, and the command line, whose modules set servers going."""


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(hengjian.__path__, "hengjian."):
        if not found.name.startswith(NOT_OURS) and ".migrations" not in found.name and not found.name.startswith("hengjian.packs"):
            yield importlib.import_module(found.name)


def own_functions() -> Iterator[FunctionType]:
    """Every function of the house, each where it is written."""
    for module in _modules():
        for held in vars(module).values():
            function = inspect.unwrap(held) if callable(held) else None
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                yield function


def name_of(function: FunctionType) -> str:
    """A function as these tests name it: without the name of the house."""
    return f"{function.__module__.removeprefix('hengjian.')}.{function.__qualname__}"


def call(function: Any, given: dict[str, Any]) -> Any:
    """Call a function with values by the names of its parameters."""
    signature = inspect.signature(function)
    bound = inspect.BoundArguments(signature, OrderedDict((name, given[name]) for name in signature.parameters))  # type: ignore[arg-type]
    return function(*bound.args, **bound.kwargs)


@contextmanager
def profiled(watch: Any) -> Iterator[None]:
    """Let ``watch`` see every call and return of a block."""
    held = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(held)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for held in code.co_consts:
        if isinstance(held, CodeType):
            yield from _codes(held)


def opens_an_action(code: CodeType) -> bool:
    """Whether an audited action is opened in the text of a function."""
    return any("audited_action" in one.co_names for one in _codes(code))


def _is_service(function: FunctionType, module: str) -> bool:
    if opens_an_action(function.__code__):
        return True
    in_the_room = ".services" in module and not function.__name__.startswith("_")
    return in_the_room and "actor" in inspect.signature(function).parameters


@cache
def services() -> dict[CodeType, str]:
    """Every service by its code: it opens an audited action, or stands in a room of services and takes an actor."""
    return {function.__code__: name_of(function) for function in own_functions() if _is_service(function, function.__module__)}


OWN_BOOKS_OF_DJANGO = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


def services_behind(frame: FrameType | None) -> set[str]:
    """The services from which a statement comes."""
    known, found = services(), set()
    while frame is not None:
        name = known.get(frame.f_code)
        if name is not None:
            found.add(name)
        frame = frame.f_back
    return found


class Watch:
    """Notes the statements that come from services, and from which."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.driven: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        held = set() if sql.startswith(OWN_BOOKS_OF_DJANGO) else services_behind(sys._getframe(1))
        if held:
            self.driven |= held
            self.statements.append(sql)
        return done

    @property
    def points(self) -> list[int]:
        """The numbers of the statements that were made in a service, the first being 1."""
        return list(range(1, len(self.statements) + 1))
