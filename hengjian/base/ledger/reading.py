"""Reading everything as of one moment, without holding writers up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """Let all reads inside see one state of the database; others write on meanwhile."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        with _deferred(connection), transaction.atomic():
            yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def _deferred(held: Any) -> Iterator[None]:
    """Writers begin IMMEDIATE and wait for each other; a reader must not queue with them."""
    held.ensure_connection()  # connecting sets the mode anew
    mode = held.transaction_mode
    held.transaction_mode = "DEFERRED"
    try:
        yield
    finally:
        held.transaction_mode = mode
