"""Rows every floor stands on: guarded against unaudited writes and unscoped reads."""

from __future__ import annotations

from functools import cache
from typing import Any, Self

from django.db import models
from django.utils.encoding import force_str

from hengjian.base.fields import IdField
from hengjian.base.guard import WRITING, UnscopedRead, must_be_writing
from hengjian.base.scope import Scope
from hengjian.base.sight import SIGHT, each_seen, seeing
from hengjian.base.wall import Wall, WallMissing, in_areas, in_orgs


class RowQuerySet(models.QuerySet):
    """A queryset that cannot write, and that answers only when it knows for whom.

    It asks the database for its own scope; without one for that of the row it starts from, or else for the one in force.
    """

    _scope: Scope | None = None
    needs_scope = False

    def within(self, scope: Scope) -> Self:
        """Keep the rows that the scope may see; what is reached from them is asked for the same scope."""
        found = self if scope.everything else self._narrow(scope)
        found = found._chain()  # type: ignore[attr-defined]
        found._scope = scope
        return found

    @classmethod
    def wall(cls, table: str) -> Wall:
        """What row security says of a table whose rows need a scope: the same as ``_narrow``."""
        raise WallMissing(f"{cls.__name__} narrows {table} and does not say how PostgreSQL is to")

    def _narrow(self, scope: Scope) -> Self:
        return self

    def _clone(self) -> Self:
        twin = super()._clone()  # type: ignore[misc]
        twin._scope = self._scope
        return twin

    def _sight(self) -> Scope | None:
        """For whom the database is to be asked; raises ``UnscopedRead`` when nobody said so."""
        start = self._hints.get("instance")  # type: ignore[attr-defined]
        # Django itself looks for the rows that hang on one that is deleted.
        if self.needs_scope and self._scope is None and start is None and not WRITING.get():
            raise UnscopedRead(f"{self.model.__name__}: say .within(scope) before reading")
        own = self._scope or getattr(start, "_read_within", None)
        return own if own is not None else SIGHT.get()

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            with seeing(self._sight()):
                super()._fetch_all()
        else:
            super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Any:
        return each_seen(super().iterator(chunk_size or 2000), self._sight())

    def count(self) -> int:
        with seeing(self._sight()):
            return super().count()

    def exists(self) -> bool:
        with seeing(self._sight()):
            return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        with seeing(self._sight()):
            return super().aggregate(*args, **kwargs)

    def create(self, **kwargs: Any) -> Any:
        must_be_writing(f"{self.model.__name__}.create")
        return super().create(**kwargs)

    def update(self, **kwargs: Any) -> int:
        must_be_writing(f"{self.model.__name__}.update")
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        must_be_writing(f"{self.model.__name__}.delete")
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        must_be_writing(f"{self.model.__name__}.bulk_create")
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Any, fields: Any, *args: Any, **kwargs: Any) -> int:
        must_be_writing(f"{self.model.__name__}.bulk_update")
        return super().bulk_update(objs, fields, *args, **kwargs)


class ScopedQuerySet(RowQuerySet):
    """Rows done in, or by an organisation at home in, the scope's areas."""

    needs_scope = True

    def _narrow(self, scope: Scope) -> Self:
        return self.filter(scope.condition())

    @classmethod
    def wall(cls, table: str) -> Wall:
        return Wall(f"{in_orgs('org_id')} OR {in_areas('area')} OR {in_areas('org_area')}")


class Row(models.Model):
    """A business row (业务数据行): opaque id, version counted by the audited action."""

    id = IdField()
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = RowQuerySet.as_manager()

    lasting_columns: frozenset[str] = frozenset()
    """Columns that stay for ever as they were when the row came in; a row that has any is never removed."""
    _read_within: Scope | None = None

    label_is_personal = False
    """Whether ``ledger_label()`` names a person or quotes a free text: the ledger then keeps it only among its words."""

    class Meta:
        abstract = True
        base_manager_name = "objects"  # keys are followed from row to row by the same rules

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        row = super().from_db(*args, **kwargs)
        row._read_within = SIGHT.get()
        return row

    def save(self, *args: Any, **kwargs: Any) -> None:
        must_be_writing(type(self).__name__)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        must_be_writing(type(self).__name__)
        return super().delete(*args, **kwargs)

    @classmethod
    def held_by(cls, scope: Scope, rows: list[Any]) -> bool:
        """Whether the scope holds all of these rows, as saved. Rows without an owner: policy alone decides."""
        return True

    def _get_FIELD_display(self, field: Any) -> Any:
        """The label of a choice; Django would put all choices into a new dictionary for each row it is asked of."""
        value = getattr(self, field.attname)
        return force_str(_labels_of(field).get(value, value), strings_only=True)

    def ledger_label(self) -> str:
        """What the ledger calls this row, in a few Chinese words."""
        return str(self)[:120]


@cache
def _labels_of(field: Any) -> dict[Any, Any]:
    return dict(field.flatchoices)


class ScopedRow(Row):
    """A row done somewhere by someone.

    Areas are paths in the tree of supervising authorities (``43/4301/zone-gx/``), not bare GB/T 2260
    codes: development zones supervise too and have no code.
    """

    area = models.CharField("业务所在辖区", max_length=120, db_index=True)
    org_id = models.UUIDField("所属单位", db_index=True)
    org_area = models.CharField("单位注册地辖区", max_length=120, db_index=True)

    objects = ScopedQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        abstract = True

    @classmethod
    def held_by(cls, scope: Scope, rows: list[Any]) -> bool:
        return all(scope.holds(row) for row in rows)

    def owned_by(self, owner: Any) -> Self:
        """Take over the three scope columns of another scoped row."""
        self.area, self.org_id, self.org_area = owner.area, owner.org_id, owner.org_area
        return self
