"""Where each row of the pattern is at home: with an institution, with an authority, or with everybody."""

from __future__ import annotations

from typing import Any

Home = tuple[str, str]
"""Kind (``inst``, ``auth``, ``all``) and the id in the pattern."""

EVERYBODY: Home = ("all", "")


def of_all(rows: dict[Any, list[Any]], found: Any) -> None:
    """Find the home of every row, and list authorities, institutions, codes and actors."""
    table = {model._meta.label_lower: held for model, held in rows.items()}
    for row in table["parties.authority"]:
        found.homes[str(row.pk)] = ("auth", str(row.pk))
        found.authorities.append({name: getattr(row, name) for name in ("path", "key", "level", "area_name", "short_name")} | {
            "id": str(row.pk), "parent": str(row.parent_id) if row.parent_id else ""})
    at_path = {a["path"]: ("auth", a["id"]) for a in found.authorities}
    for row in table["registry.institution"]:
        found.institutions.append({"id": str(row.pk), "name": row.name, "area": row.area, "klass": row.approval_class})
    known = {one["id"] for one in found.institutions}
    for row in table["parties.organisation"]:
        found.homes[str(row.pk)] = ("inst", str(row.pk)) if str(row.pk) in known else at_path[row.area]
        found.codes[row.uscc] = found.homes[str(row.pk)]
    _people(table, found)
    for held in rows.values():
        for row in held:
            # An institution has the id of its organisation.
            found.homes.setdefault(str(row.pk), _home(row, found, known))


def _people(table: dict[str, list[Any]], found: Any) -> None:
    """People live where they are employed, accounts where they hold their first post."""
    for row in table["registry.employment"]:
        found.homes.setdefault(str(row.person_id), ("inst", str(row.institution_id)))
    for row in sorted(table["parties.post"], key=lambda one: one.valid_from):
        holder = row.organisation_id or row.authority_id
        home = found.homes.get(str(holder), EVERYBODY) if holder else EVERYBODY
        found.homes.setdefault(str(row.account_id), home)
        if row.role in ("quality_manager", "supervisor"):
            found.actors.setdefault(home, {
                "area": row.area, "id": str(row.account_id), "name": row.account.name, "org": str(holder), "post": row.shown_title,
            })


def _home(row: Any, found: Any, institutions: set[str]) -> Home:
    for name in ("institution_id", "person_id", "account_id", "org_id", "authority_id", "issuer_id"):
        held = getattr(row, name, None)
        if held is not None and str(held) in found.homes:
            return found.homes[str(held)]  # type: ignore[no-any-return]
    return EVERYBODY


def bound(campaigns: set[str], texts: dict[str, set[str]]) -> set[str]:
    """Rows that belong to a campaign, as they speak of it or of another row that does; each campaign has its own of them."""
    found = set(campaigns)
    grown = True
    while grown:
        more = {key for key, said in texts.items() if key not in found and not said.isdisjoint(found)}
        grown = bool(more)
        found |= more
    return found
