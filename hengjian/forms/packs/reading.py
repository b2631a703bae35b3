"""Reading packs from folders: strict YAML, checked by the JSON schema of each kind."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from hengjian.base.plain_words import gettext as _
from hengjian.forms.packs.building import KINDS, canonical, parse, parse_pack
from hengjian.forms.packs.definitions import Definition, Pack
from hengjian.forms.packs.faults import Fault, PackFaults

try:
    from yaml import CSafeLoader as _FastLoader
except ImportError:  # PyYAML built without libyaml: the same result, slower
    from yaml import SafeLoader as _FastLoader  # type: ignore[assignment]

BUILT_IN = Path(__file__).parents[2] / "packs"
PACK_FILE = "pack.yaml"
DATA_KINDS = ("staffing",)  # checked here, loaded by the app that owns them; they are no forms
_SCHEMAS = Path(__file__).parent / "schema"
_BOOLEANS = {"true": True, "false": False}


def _type_words(asked: Any) -> str:
    return {
        "string": _("文字"), "integer": _("整数"), "boolean": _("true 或 false"), "object": _("一组“键: 值”"), "array": _("列表"),
        "null": _("空"),
    }.get(str(asked), str(asked))


class _StrictLoader(_FastLoader):
    """YAML without surprises: yes, no, on, off and dates stay words; a key may not stand twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, _("“%(key)s”写了两次") % {"key": key}, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in {
        "tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge", "tag:yaml.org,2002:value",
    }]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _with_booleans(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _with_booleans(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_booleans(each) for each in value]
    return _BOOLEANS.get(value, value) if isinstance(value, str) else value


def read_yaml(path: Path) -> dict[str, Any]:
    """Read one YAML file as plain data; raise PackFaults with line and column when it cannot be read."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - derives from SafeLoader
    except UnicodeDecodeError as error:
        raise PackFaults([Fault(str(path), "", _("文件不是 UTF-8 编码，请另存为 UTF-8"))]) from error
    except (yaml.YAMLError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = _("第%(line)s行第%(column)s列") % {"line": mark.line + 1, "column": mark.column + 1} if mark else ""
        problem = getattr(error, "problem", None) or _("键应是文字")
        raise PackFaults([Fault(str(path), place, _("YAML 写法有误：%(problem)s") % {"problem": problem})]) from error
    if not isinstance(found, dict):
        raise PackFaults([Fault(str(path), "", _("文件应是一组“键: 值”"))])
    document: dict[str, Any] = _with_booleans(found)
    try:
        canonical(document)
    except ValueError as error:
        raise PackFaults([Fault(str(path), "", str(error))]) from error
    return document


@cache
def _validator(name: str) -> Draft202012Validator:
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in _SCHEMAS.glob("*.json")}
    resources = ((file, Resource.from_contents(schema)) for file, schema in schemas.items())
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator(schemas[f"{name}.json"], registry=registry, format_checker=FormatChecker())


def _place(error: ValidationError) -> str:
    place = ""
    for part in error.absolute_path:
        place += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if place else ''}{part}"
    return place


def _sentence(error: ValidationError) -> str:
    asked, found = error.validator_value, error.instance
    if error.validator == "required":
        missing = [name for name in asked if name not in found]
        return _("缺少%(names)s") % {"names": "、".join(missing)}
    if error.validator == "additionalProperties":
        extra = sorted(set(found) - set(error.schema.get("properties", {})))
        return _("不认识的键：%(names)s") % {"names": "、".join(extra)}
    if error.validator == "type":
        return _("应是%(type)s，现为“%(found)s”") % {"type": _type_words(asked), "found": found}
    simple = {
        "enum": _("应是%(known)s之一，现为“%(found)s”") % {"known": "、".join(map(str, asked)) if isinstance(asked, list) else "", "found": found},
        "const": _("应是“%(asked)s”，现为“%(found)s”") % {"asked": asked, "found": found},
        "minLength": _("不能为空"),
        "maxLength": _("不能多于%(asked)s个字") % {"asked": asked},
        "minItems": _("至少要有%(asked)s项") % {"asked": asked},
        "minimum": _("不能小于%(asked)s，现为%(found)s") % {"asked": asked, "found": found},
        "maximum": _("不能大于%(asked)s，现为%(found)s") % {"asked": asked, "found": found},
        "format": _("不是有效日期：“%(found)s”") % {"found": found},
        "pattern": _("“%(found)s”不合规定的写法（%(asked)s）") % {"found": found, "asked": asked},
    }
    plain = _("不合规定的写法")
    hint: str = error.schema.get("description", plain) if isinstance(error.schema, dict) else plain
    return simple.get(str(error.validator), hint)


def _plainest(error: ValidationError) -> ValidationError:
    """Of the alternatives of anyOf and oneOf, take the one that was meant: the kind fits, something in it does not."""
    branches: dict[int, list[ValidationError]] = {}
    for each in error.context or ():
        branches.setdefault(int(each.schema_path[0]), []).append(each)
    meant = [found for found in branches.values() if not {each.validator for each in found} & {"const", "type"}]
    return _plainest(meant[0][0]) if len(meant) == 1 else error


def schema_faults(document: Mapping[str, Any], name: str, file: str) -> list[Fault]:
    """Check plain data against the schema of a kind, or of `pack`; give every fault."""
    errors = (_plainest(error) for error in _validator(name).iter_errors(document))
    return sorted({Fault(file, _place(error), _sentence(error)) for error in errors})


def read_folder(folder: Path) -> tuple[list[Definition], list[Fault]]:
    """Read all packs under a folder, the sound ones as definitions, the others as faults."""
    if not folder.is_dir():
        return [], [Fault(str(folder), "", _("文件夹不存在"))]
    files = sorted(folder.rglob("*.yaml"))
    stamps = tuple((each, each.stat().st_mtime_ns, each.stat().st_size) for each in files)
    definitions, faults = _read_files(folder, stamps)
    return list(definitions), list(faults)


@lru_cache(maxsize=16)
def _read_files(
    folder: Path, stamps: tuple[tuple[Path, int, int], ...]
) -> tuple[tuple[Definition, ...], tuple[Fault, ...]]:
    definitions: list[Definition] = []
    faults: list[Fault] = []
    packs: dict[Path, Pack | None] = {}
    for path, _size, _time in stamps:
        if path.name == PACK_FILE:
            continue
        name = path.relative_to(folder).as_posix()
        document = _read_checked(path, name, None, faults)
        if document is None and not (path.parent / PACK_FILE).exists():
            continue
        if document is not None and document["kind"] in DATA_KINDS:
            continue
        if path.parent not in packs:
            packs[path.parent] = _read_pack(path.parent, folder, faults)
        if document is not None:
            definitions.append(parse(document, packs[path.parent], name))
    return tuple(definitions), tuple(faults)


def _read_pack(where: Path, folder: Path, faults: list[Fault]) -> Pack | None:
    path = where / PACK_FILE
    name = path.relative_to(folder).as_posix()
    if not path.exists():
        faults.append(Fault(name, "", _("缺少 pack.yaml：每个文件夹要写明发文机关、文件名称、文号、日期")))
        return None
    document = _read_checked(path, name, "pack", faults)
    return parse_pack(document) if document is not None else None


def _read_checked(path: Path, name: str, schema: str | None, faults: list[Fault]) -> dict[str, Any] | None:
    try:
        document = read_yaml(path)
    except PackFaults as error:
        faults += [Fault(name, each.place, each.say) for each in error.faults]
        return None
    kind = schema or document.get("kind")
    known = (*KINDS, *DATA_KINDS)
    if schema is None and kind not in known:
        faults.append(Fault(name, "kind", _("种类应是%(names)s之一，现为“%(kind)s”") % {"names": "、".join(known), "kind": kind}))
        return None
    found = schema_faults(document, str(kind), name)
    faults += found
    return None if found else document


def load(folder: Path | str = BUILT_IN) -> list[Definition]:
    """Load every definition under one folder, in the order of its files; raise PackFaults when any is unsound."""
    definitions, faults = read_folder(Path(folder))
    if faults:
        raise PackFaults(faults)
    return definitions


def load_all(extra: Iterable[Path | str] = ()) -> list[Definition]:
    """Load the built-in packs and those of a deployment's own folders; raise PackFaults."""
    definitions = load()
    for folder in extra:
        definitions += load(folder)
    return definitions


def find(code: str, version: int | None = None, *, extra: Iterable[Path | str] = ()) -> Definition:
    """Give one definition by its code, the latest version unless one is named; raise KeyError when there is none."""
    found = [each for each in load_all(extra) if each.code == code and version in (None, each.version)]
    if not found:
        raise KeyError(code)
    return max(found, key=lambda each: each.version)
