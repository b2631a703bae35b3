"""Load the package with a switch at each guard: nothing on the disk changes."""

from __future__ import annotations

import ast
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType
from typing import Any

from tests.trust.mutation import switch

SWITCH = "__switch__"
REFUSALS = {
    "OutOfScope", "NotAllowed", "Http404", "PermissionDenied", "WrongState", "StaleRow", "WriteOutsideAction", "UnscopedRead",
    "SuspiciousOperation", "AccessDenied",
}
NARROWING = {"_narrow"}
SAYS_YES_OR_NO = {"hengjian.base.scope": {"holds", "covers"}, "hengjian.base.models.rows": {"held_by"}}
DOORS = {"hengjian.parties.middleware", "hengjian.base.receipts"}
"""Modules where an early answer is a guard."""

PLAIN = {"hengjian.settings", "hengjian.base.working_days"}


class Switches(ast.NodeTransformer):
    """Puts a switch at each guard of one module."""

    def __init__(self, module: str) -> None:
        self.module, self.within = module, [""]
        self.seen: dict[str, int] = {}

    def _site(self, node: ast.AST, kind: str) -> ast.Constant:
        # Not by line: a site keeps its name when something above it moves.
        text = f"{self.module}.{self.within[-1]} {kind}"
        number = self.seen[text] = self.seen.get(text, 0) + 1
        name = f"{text} {number}" if number > 1 else text
        switch.SITES[name] = kind
        return ast.Constant(name)

    def _switch(self, how: str, *args: ast.expr) -> ast.Call:
        return ast.Call(ast.Attribute(ast.Name(SWITCH, ast.Load()), how, ast.Load()), list(args), [])

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        return self._inside(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        done = self._inside(node)
        in_policy = ".policy" in self.module and node.name.startswith(("may_", "is_", "has_"))
        if in_policy or node.name in SAYS_YES_OR_NO.get(self.module, ()) or (node.name == "held_by"):
            self._decorate(done, "predicate", "predicate")
        if node.name in NARROWING:
            self._decorate(done, "narrows", "filter")
        return done

    def _decorate(self, node: ast.FunctionDef, how: str, kind: str) -> None:
        self.within.append(f"{self.within[-1]}.{node.name}".lstrip("."))
        node.decorator_list.insert(0, self._switch(how, self._site(node, kind)))
        self.within.pop()

    def _inside(self, node: Any) -> Any:
        self.within.append(f"{self.within[-1]}.{node.name}".lstrip("."))
        done = self.generic_visit(node)
        self.within.pop()
        return done

    def visit_Call(self, node: ast.Call) -> Any:
        done: Any = self.generic_visit(node)
        called = done.func.attr if isinstance(done.func, ast.Attribute) else ""
        if called == "require" and len(done.args) >= 2:
            done.args[0] = self._switch("holds", self._site(node, "require"), done.args[0])
        if called == "within" and len(done.args) == 1 and not (isinstance(done.args[0], ast.Name) and done.args[0].id == "EVERYTHING"):
            done.args[0] = self._switch("scope", self._site(node, "scope"), done.args[0])
        return done

    def visit_If(self, node: ast.If) -> Any:
        done: Any = self.generic_visit(node)
        if _refuses(node) or (self.module in DOORS and isinstance(node.body[-1], ast.Return)):
            done.test = self._switch("refuses", self._site(node, "refusal"), done.test)
        return done


def _refuses(node: ast.If) -> bool:
    last = node.body[-1]
    if not isinstance(last, ast.Raise) or last.exc is None:
        return False
    called = last.exc.func if isinstance(last.exc, ast.Call) else last.exc
    return isinstance(called, ast.Name) and called.id in REFUSALS


class SwitchedLoader(SourceFileLoader):
    """Compiles a module anew, with its switches; leaves no compiled file behind."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        tree = ast.parse(self.get_data(path), path)
        Switches(fullname).visit(tree)
        _import_switch(tree)
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)

    def exec_module(self, module: Any) -> None:
        super().exec_module(module)
        if module.__name__ == "hengjian.base.routes":
            module.policy = switch.policy(module.policy)


def _import_switch(tree: ast.Module) -> None:
    at = 0
    for statement in tree.body:
        is_docstring = at == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_docstring and not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            break
        at += 1
    tree.body.insert(at, ast.Import([ast.alias("tests.trust.mutation.switch", SWITCH)]))


class SwitchedFinder(MetaPathFinder):
    """Finds the modules of the house for the loader above."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if not fullname.startswith("hengjian.") or ".migrations" in fullname or fullname in PLAIN:
            return None
        found = PathFinder.find_spec(fullname, path, target)
        if found is not None and isinstance(found.loader, SourceFileLoader):
            found.loader = SwitchedLoader(fullname, found.loader.path)
        return found


def install() -> None:
    """From now on the house is loaded with switches."""
    sys.meta_path.insert(0, SwitchedFinder())
