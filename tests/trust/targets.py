"""Which object a viewer aims at: of his own organisation, of one beside, above, below, of another province, removed, or guessed."""

from __future__ import annotations

from tests.trust.ground import Held, World, branch, relation

RELATIONS = ("own", "any", "sibling", "ancestor", "descendant", "foreign", "here", "deleted", "guessed", "crossed")
"""``any``: of the platform, or seen from there. ``here``: of a unit seated elsewhere, done in the viewer's area. ``crossed``: a row of another behind a row of one's own."""

GUESSED = "0190c0de-0000-7000-8000-00000000beef"
CHILDREN = ("contradiction_id", "correction_id", "remark_id", "evidence_id", "extension_id")
"""Names of rows whose address names the row above as well, where it does."""

Target = tuple[str, Held]


def relation_of(viewer: str, held: Held) -> str:
    """How a row stands to a viewer: by its owner, or else by the area it was done in."""
    if not viewer or not held.owner:
        return "any"
    said = relation(viewer, held.owner)
    is_there = said in ("sibling", "foreign") and branch(held.at).startswith(branch(viewer))
    return "here" if is_there else said


def targets(world: World, viewer: str) -> dict[str, dict[str, list[Held]]]:
    """For each kind of object and each relation to the viewer's organisation what there is; one example of each state."""
    found: dict[str, dict[str, list[Held]]] = {}
    for kind, rows in world.held.items():
        by: dict[str, list[Held]] = {}
        seen: set[tuple[str, str]] = set()
        for held in rows:
            said = relation_of(viewer, held)
            sort = held.kwargs.get("kind", "") or ("" if kind == "message" else held.state)
            if (said, sort) not in seen:
                seen.add((said, sort))
                by.setdefault(said, []).append(held)
        found[kind] = by | _unreal(world, kind, rows[0], by)
    return found


def _unreal(world: World, kind: str, example: Held, by: dict[str, list[Held]]) -> dict[str, list[Held]]:
    """Rows that are no more, that never were, and rows of others behind one's own."""
    names = [name for name in example.kwargs if name.endswith("_id") or name == "code"]
    last = names[-1]
    mine = next((held for said in ("own", "descendant") for held in by.get(said, ())), example)
    made = {"guessed": [_with(mine, {last: "ZZZZ-ZZZZ-ZZZZ" if last == "code" else GUESSED})]}
    if last in world.removed:
        made["deleted"] = [_with(mine, {last: world.removed[last]})]
    other = next(iter(by.get("foreign", ())), None)
    if len(names) > 1 and last in CHILDREN and other is not None:
        made["crossed"] = [_with(mine, {last: other.kwargs[last]})]
    return made


def _with(held: Held, changes: dict[str, str]) -> Held:
    return Held(held.kind, held.owner, held.at, {**held.kwargs, **changes}, held.state)
