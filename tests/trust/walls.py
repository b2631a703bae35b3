"""An attacker in our own code: an officer of one county, and rows of another that the database must not show or take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from hengjian.base.guard import the_door_writes
from hengjian.base.ids import uuid7
from hengjian.base.sight import seeing
from hengjian.parties.models import Organisation
from hengjian.registry.models import Approval, Employment, Institution, InstitutionWorkArea, Person
from tests import factories


@dataclass
class Attack:
    """Own and foreign rows; ``planted`` is the attacker's own row that points at the foreign institution."""

    actor: Any
    own: Institution
    foreign: Institution
    planted: Approval
    stranger: Person
    read_before: Institution

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The scope of the attacker is in force, as in a request, and the door's own guard is out of the way."""
        with seeing(self.actor.scope), the_door_writes():
            yield


def attack() -> Attack:
    """Make the small world and the attacker in it."""
    world = factories.world()
    own, foreign = world.institutions[:2]
    planted = Approval(institution=foreign, number="TS-0001").owned_by(own)
    factories.keep(planted)
    factories.person("内部人", own)
    stranger = factories.person("外人", foreign)
    before = factories.all_of(Institution).get(pk=foreign.pk)
    return Attack(world.officer(world.counties[0]), own, foreign, planted, stranger, before)


def bare(model: Any) -> Any:
    """A queryset that none of our guards knows."""
    return models.QuerySet(model)


def _forward_key(one: Attack) -> Any:
    return Approval.objects.within(one.actor.scope).get(pk=one.planted.pk).institution.name


def _base_manager(one: Attack) -> Any:
    return list(Institution._base_manager.within(one.actor.scope)._chain().filter(pk=one.foreign.pk)) or list(bare(Institution).filter(pk=one.foreign.pk))


def _select_related(one: Attack) -> Any:
    return [row.institution.name for row in bare(Approval).select_related("institution") if row.institution_id == one.foreign.pk]


def _prefetch(one: Attack) -> Any:
    (row,) = Approval.objects.within(one.actor.scope).filter(pk=one.planted.pk).prefetch_related("institution")
    return row.institution.name


def _join_filter(one: Attack) -> Any:
    return Approval.objects.within(one.actor.scope).filter(institution__name__startswith="砺石").count()


def _raw(one: Attack) -> Any:
    return [row.name for row in Institution.objects.raw("SELECT * FROM registry_institution") if row.pk == one.foreign.pk]


def _cursor(one: Attack) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM registry_person WHERE id = %s", [one.stranger.pk])
        return cursor.fetchall()


def _refresh(one: Attack) -> Any:
    row = Institution(pk=one.foreign.pk)
    row.refresh_from_db()
    return row.name


def _reverse_key(one: Attack) -> Any:
    return list(Organisation(pk=one.foreign.pk).former_seats.all()) or list(bare(Employment).filter(institution=one.foreign))


def _unscoped_neighbour(one: Attack) -> Any:
    from hengjian.parties.models import Post  # the neighbour: a table that needs no scope

    held = Post.objects.filter(organisation_id=one.foreign.pk)
    return [name for name in held.values_list("organisation__name", flat=True) if name]


def _counting(one: Attack) -> Any:
    return bare(Person).filter(pk=one.stranger.pk).aggregate(n=models.Count("pk"))["n"]


READS: dict[str, Callable[[Attack], Any]] = {
    "forward key": _forward_key, "base manager": _base_manager, "select_related": _select_related, "prefetch": _prefetch,
    "join in a filter": _join_filter, "raw": _raw, "cursor": _cursor, "refresh": _refresh, "reverse key": _reverse_key,
    "unscoped neighbour": _unscoped_neighbour, "aggregate": _counting,
}
"""Each gives something only if the wall leaks."""


def _create_foreign(one: Attack) -> None:
    Approval(institution=one.foreign, number="TS-0002").owned_by(one.foreign).save(force_insert=True)


def _bulk_create(one: Attack) -> None:
    Approval.objects.bulk_create([Approval(institution=one.own, number="TS-0003").owned_by(one.own), Approval(institution=one.foreign, number="TS-0004").owned_by(one.foreign)])


def _stale_save(one: Attack) -> None:
    one.read_before.name = "改过的名称"
    one.read_before.save(force_update=True)


def _stale_update(one: Attack) -> None:
    bare(Institution).filter(pk=one.foreign.pk).update(name="改过的名称")


def _pull_in(one: Attack) -> None:
    bare(Institution).filter(pk=one.foreign.pk).update(area=one.own.area, org_area=one.own.area)


def _push_out(one: Attack) -> None:
    bare(Institution).filter(pk=one.own.pk).update(area=one.foreign.area, org_area=one.foreign.area)


def _delete(one: Attack) -> None:
    bare(Person).filter(pk=one.stranger.pk)._raw_delete("default")


def _raw_update(one: Attack) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_institution SET name = 'x' WHERE id = %s", [one.foreign.pk])


def _raw_insert(one: Attack) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_institutionworkarea (id, version, area, org_id, org_area, institution_id) VALUES (%s, 1, %s, %s, %s, %s)",
            [uuid7(), one.foreign.area, one.foreign.pk, one.foreign.area, one.foreign.pk],
        )


WRITES: dict[str, Callable[[Attack], None]] = {
    "create foreign": _create_foreign, "bulk_create": _bulk_create, "stale save": _stale_save, "update of a foreign row": _stale_update,
    "update of a scope column, in": _pull_in, "update of a scope column, out": _push_out, "delete": _delete, "raw update": _raw_update,
    "raw insert": _raw_insert,
}
"""Each changes a foreign row, or makes one, only if the wall leaks."""


def tried(write: Callable[[Attack], None], one: Attack) -> str:
    """Try to write as the attacker; return what the database said to it."""
    try:
        with one.inside(), transaction.atomic():
            write(one)
    except Exception as refused:  # what it says is for the test to judge
        return type(refused).__name__
    return ""


def foreign_state() -> list[Any]:
    """Everything that an attack could have changed."""
    tables = (Institution, InstitutionWorkArea, Approval, Person)
    return [sorted(factories.all_of(table).values_list(*_columns(table)), key=str) for table in tables]


def _columns(table: Any) -> list[str]:
    return [name for name in ("pk", "area", "org_area", "org_id", "name", "number", "version") if name == "pk" or name in {f.name for f in table._meta.fields}]
