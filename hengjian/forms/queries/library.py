"""The definitions that are loaded, by the document that each comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from hengjian.base.scope import EVERYTHING, Scope
from hengjian.forms.models import FormDefinition


@dataclass
class DocumentGroup:
    """One document and the definitions that come from it. ``issuer`` is empty when the pack does not say who issued it."""

    title: str
    number: str
    issuer: str
    issued_on: date | None
    rows: list[FormDefinition] = field(default_factory=list)


def definitions_by_document(scope: Scope) -> list[DocumentGroup]:
    """Definitions, open to everybody, grouped by document: those of the national packs last, each group by code and version.

    A pack may quote another document than its own (the form of a case rests on the law, not on the rules of the
    pack): such a definition stands under the document it quotes, whose issuer the pack does not name.
    """
    rows = sorted(FormDefinition.objects.within(EVERYTHING), key=lambda row: (row.code, row.version_number))
    mains = {pack: _main_document(pack, rows) for pack in {_pack_of(row) for row in rows}}
    groups: dict[tuple[str, str], DocumentGroup] = {}
    for row in rows:
        title = _document_of(row)
        own = title == mains[_pack_of(row)]
        group = groups.setdefault((title, row.document_number), DocumentGroup(title, row.document_number, "", row.issued_on))
        group.issuer = group.issuer or (row.issuer if own else "")
        group.rows.append(row)
    return sorted(groups.values(), key=lambda one: (one.rows[0].code.startswith("national."), one.rows[0].code))


def issuer_of(scope: Scope, row: FormDefinition) -> str:
    """Who issued the document that a definition comes from; empty when the pack does not say."""
    pack = _pack_of(row)
    held = [one for one in FormDefinition.objects.within(EVERYTHING).filter(code__startswith=f"{pack}.") if _pack_of(one) == pack]
    return str(row.issuer) if _document_of(row) == _main_document(pack, held) else ""


def _pack_of(row: FormDefinition) -> str:
    return str(row.code).rpartition(".")[0]


def _document_of(row: FormDefinition) -> str:
    return str(row.body.get("source", {}).get("doc") or row.title)


def _main_document(pack: str, rows: list[FormDefinition]) -> str:
    """The document that most definitions of a pack come from."""
    held = [_document_of(row) for row in rows if _pack_of(row) == pack]
    return max(dict.fromkeys(held), key=held.count)
