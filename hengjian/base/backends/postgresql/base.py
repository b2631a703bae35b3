"""Django's PostgreSQL, with each statement asked for the scope that is in force (row security)."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base as django_postgresql
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper

from hengjian.base.scope import Scope
from hengjian.base.sight import SIGHT
from hengjian.base.wall import SETTINGS, settings_of

_TELL = "SELECT " + ", ".join(f"set_config('{name}', %s, false)" for name in SETTINGS)
# They ask for nobody's rows; the last must be the first word of its transaction.
_BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET TRANSACTION")
_UNKNOWN = Scope(areas=("?",))  # compared by identity: what the server holds has to be told anew


class _LookingMixin:
    """A cursor on the server reads on while other statements run: before each fetch its own scope is told again."""

    db: Any
    cursor: Any

    def fetchmany(self, *words: Any) -> Any:
        self.db.tell()
        return self.cursor.fetchmany(*words)


class _Looking(_LookingMixin, CursorWrapper):
    pass


class _LookingLoudly(_LookingMixin, CursorDebugWrapper):
    pass


class DatabaseWrapper(django_postgresql.DatabaseWrapper):
    """Tells the server for whom it is asked, before the first statement for somebody else.

    What was told is known by connection; a rollback takes it back, and a connection out of the pool has it from whoever
    used it before: both times it is told anew before anything else is asked.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: Scope | None = _UNKNOWN
        self.execute_wrappers.append(self._tell_first)

    def init_connection_state(self) -> None:
        self._told = _UNKNOWN
        super().init_connection_state()

    def tell(self) -> None:
        """Make the server hold the scope that is in force here."""
        scope = SIGHT.get()
        if self._told is not _UNKNOWN and (scope is self._told or scope == self._told):
            return
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(_TELL, settings_of(scope))
        self._told = scope

    def _tell_first(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not (isinstance(sql, str) and sql.startswith(_BOOKKEEPING)):
            self.tell()
        return execute(sql, params, many, context)

    def _rollback(self) -> None:
        self._told = _UNKNOWN
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._told = _UNKNOWN
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        return _Looking(cursor, self) if getattr(cursor, "name", None) else super().make_cursor(cursor)

    def make_debug_cursor(self, cursor: Any) -> CursorDebugWrapper:
        return _LookingLoudly(cursor, self) if getattr(cursor, "name", None) else super().make_debug_cursor(cursor)
