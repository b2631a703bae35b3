"""The source tree as the house rules look at it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "hengjian"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*places: str) -> list[Path]:
    """Return the Python files under places of the repository, migrations left out."""
    found = (path for place in places or ("hengjian",) for path in (ROOT / place).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    """Return the path inside the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> list[Function]:
    """Return all functions and methods of a file, inner ones too."""
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, Function)]


def public_functions(path: Path) -> list[Function]:
    """Return the functions that a file offers: at its top, without an underscore."""
    return [node for node in tree_of(path).body if isinstance(node, Function) and not node.name.startswith("_")]


def room(name: str) -> list[Path]:
    """Return the files of one room in all apps: ``services.py`` and what is in ``services/``."""
    return [path for path in python_files() if name in path.relative_to(PACKAGE).with_suffix("").parts[1:]]


def called_names(node: ast.AST) -> Iterator[str]:
    """Yield the last word of everything that is called inside a node."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            if isinstance(inner.func, ast.Attribute):
                yield inner.func.attr
            elif isinstance(inner.func, ast.Name):
                yield inner.func.id


def committed_files() -> list[Path]:
    """Return the files that are, or would be, in the repository."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
