"""The house itself: sizes, doors and names."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.house.tree import (
    PACKAGE,
    ROOT,
    called_names,
    functions,
    name_of,
    public_functions,
    python_files,
    room,
    tree_of,
)

DOORS = {"audited_action"}
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
BACK_ROOMS = {"views", "forms", "api", "jobs", "listeners", "schemas", "urls"}
SQL_ROOMS = ("hengjian/base/", "hengjian/cli/")
CLOCKS = {"datetime.now", "datetime.utcnow", "timezone.now", "date.today", "datetime.today", "time.time"}


def test_files_stay_small():
    files = python_files("hengjian", "tests", "scripts")
    assert [name_of(path) for path in files if len(path.read_text().splitlines()) > 400] == []


def test_functions_stay_small():
    long = [
        f"{name_of(path)}:{function.name}"
        for path in python_files("hengjian", "tests", "scripts")
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > 60
    ]
    assert long == []


def test_every_module_says_what_lives_there():
    silent = [name_of(path) for path in python_files() if tree_of(path).body and not ast.get_docstring(tree_of(path))]
    assert silent == []


def _offered(path: Path) -> set[str]:
    """What a room offers: the public functions of a file; of a folder what its __init__ names again."""
    folder = next((parent for parent in path.parents if parent.name in {"services", "queries"}), None)
    if folder is None:
        return {function.name for function in public_functions(path)}
    face = tree_of(folder / "__init__.py")
    return {alias.name for node in face.body if isinstance(node, ast.ImportFrom) for alias in node.names}


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _closed_services() -> list[str]:
    """Services that neither open an audited action nor go through a function that does."""
    files = room("services")
    everything = {node.name: node for path in files for node in tree_of(path).body if _is_function(node)}
    opening = {name for name, function in everything.items() if DOORS & set(called_names(function))}
    while more := {name for name, function in everything.items() if name not in opening and opening & set(called_names(function))}:
        opening |= more
    return [
        f"{name_of(path)}:{function.name}"
        for path in files
        for function in public_functions(path)
        if function.name in _offered(path) - opening and _touches_rows(function)
    ]


def _touches_rows(function: ast.AST) -> bool:
    """Whether it reads or writes a table itself; a wording or a sum needs no entry in the ledger."""
    return _reads_a_table(function) or bool(WRITES & set(called_names(function)))


def test_every_service_is_an_audited_action():
    assert _closed_services() == []


def _reads_a_table(function: ast.AST) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "objects" for node in ast.walk(function))


def test_every_query_takes_a_scope_first():
    blind = [
        f"{name_of(path)}:{function.name}"
        for path in room("queries")
        for function in public_functions(path)
        if _reads_a_table(function) and (not function.args.args or function.args.args[0].arg != "scope")
    ]
    assert blind == []


def test_other_apps_come_to_the_counter():
    """From another app: models, states, policy, queries, services, indicators; a folder by its own name."""
    found = []
    for path in python_files():
        app = path.relative_to(PACKAGE).parts[0]
        for module in _imported(path):
            parts = module.split(".")
            if parts[0] != "hengjian" or len(parts) < 3 or parts[1] == app or app in {"cli", "urls.py"}:
                continue
            behind = parts[2] in {"services", "queries"} and len(parts) > 3
            if behind or (parts[2] in BACK_ROOMS and app != "web"):
                found.append(f"{name_of(path)}: {module}")
    assert found == []


def test_views_never_write():
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in [*room("views"), *room("api")]
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    ]
    assert found == []


def test_sql_is_written_in_few_places():
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        if not name_of(path).startswith(SQL_ROOMS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"raw", "cursor"}
    ]
    assert found == []


def test_no_one_goes_round_the_guarded_managers():
    """Django's own managers and its private writes know nothing of scopes and audited actions."""
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        if not name_of(path).startswith("hengjian/base/")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"_base_manager", "_raw_delete", "_update", "_insert", "save_base"}
    ]
    assert found == []


def test_only_the_house_clock_tells_the_time():
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        if path != PACKAGE / "base" / "clock.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ".".join(ast.unparse(node.func).split(".")[-2:]) in CLOCKS
    ]
    assert found == []


def _has_reason(lines: list[str], first: int) -> bool:
    """An inline import says why: on its own line, or above the run of imports that it stands in."""
    at = first - 1
    while at >= 0 and (not lines[at].strip() or lines[at].strip().startswith(("from ", "import ", ")"))):
        if "#" in lines[at]:
            return True
        at -= 1
    return at >= 0 and lines[at].strip().startswith("#")


def test_inline_imports_say_why():
    found = []
    for path in python_files():
        lines = path.read_text().splitlines()
        for function in functions(path):
            found += [
                f"{name_of(path)}:{node.lineno}"
                for node in ast.walk(function)
                if isinstance(node, ast.Import | ast.ImportFrom) and not _has_reason(lines, node.lineno)
            ]
    assert sorted(set(found)) == []


def _migrations() -> list[Path]:
    return [path for path in PACKAGE.rglob("migrations/*.py") if path.name != "__init__.py"]


def test_migrations_have_names_and_stand_alone():
    unnamed = [name_of(path) for path in _migrations() if "_auto_" in path.name]
    leaning = [
        f"{name_of(path)}: {module}"
        for path in _migrations()
        for module in _imported(path)
        if module.startswith("hengjian.") and not module.startswith("hengjian.base.")
    ]
    assert unnamed + leaning == []


def _imported(path: Path) -> list[str]:
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
    return found


def test_import_contracts_hold():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]
