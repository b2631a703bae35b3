"""SQLite that fails closed: a missing file is not made anew in silence, and nothing is acknowledged that went into a deleted one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

_MAY_MAKE: ContextVar[bool] = ContextVar("hengjian_may_make_database", default=False)


@contextmanager
def a_new_file_may_be_made() -> Iterator[None]:
    """Inside the block a connection makes the file if there is none, as only setting up and tests should."""
    token = _MAY_MAKE.set(True)
    try:
        yield
    finally:
        _MAY_MAKE.reset(token)


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    """As Django's, with an eye on the file itself."""

    _file: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        path = Path(conn_params["database"])
        if not self.is_in_memory_db() and not path.exists() and not (_MAY_MAKE.get() or self.settings_dict.get("MAY_MAKE_FILE")):
            raise OperationalError(f"unable to open database file: {path} is not there")
        made = super().get_new_connection(conn_params)
        self._file = self._now_there()
        return made

    def _now_there(self) -> tuple[int, int] | None:
        if self.is_in_memory_db():
            return None
        try:
            found = os.stat(self.settings_dict["NAME"])
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _is_gone(self) -> bool:
        return self.connection is not None and self._file is not None and self._now_there() != self._file

    def is_usable(self) -> bool:
        """Asked after an error, before the next request."""
        return not self._is_gone() and super().is_usable()

    def _commit(self) -> None:
        """Refuse to commit into a file that was deleted or replaced under the connection: it would be gone with the process."""
        if self._is_gone():
            self.errors_occurred = True  # the connection is closed before the next request, which opens what is there
            raise OperationalError("unable to open database file: it was deleted or replaced while it was open")
        super()._commit()  # type: ignore[misc]
