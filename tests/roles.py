"""Who the tests are in PostgreSQL: the role that serves, bound by row security; for what only an owner may, the owner."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from django.db import InternalError, connection, connections

from hengjian.base import row_security
from hengjian.base.scope import EVERYTHING
from hengjian.base.sight import seeing

APP, OWNER = "hengjian_test_app", "hengjian_test_owner"
PASSWORD = "nothing-to-guard"
# One role for the whole cluster; processes that test side by side must not make it twice at once.
_MAKE = f"""DO $$ DECLARE wanted text; BEGIN
    PERFORM pg_advisory_xact_lock(4310);
    FOREACH wanted IN ARRAY ARRAY['{APP}', '{OWNER}'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I LOGIN PASSWORD ''{PASSWORD}'' NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', wanted);
            EXECUTE format('GRANT %I TO %I', wanted, current_user);
        END IF;
    END LOOP;
END $$"""


def is_postgres() -> bool:
    """Whether the tests run on PostgreSQL."""
    return bool(connection.vendor == "postgresql")


def by_database(*, sqlite: int, postgres: int) -> int:
    """How often what is made up at random is tried: most of it on the default database, less on the slower one."""
    return postgres if os.environ.get("HENGJIAN_TEST_DATABASE_URL") else sqlite


def make_roles(cursor: Any) -> None:
    """Create the role that serves and the owner of installations, if the cluster does not know them yet."""
    cursor.execute(_MAKE)


def address_of(role: str, address: str) -> str:
    """The address of a database for one of these roles."""
    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}:{PASSWORD}@{place}").geturl()


@contextmanager
def serving_role() -> Iterator[None]:
    """Raise the wall in the database of the tests, and be the role that serves from now on, in every thread."""
    if not is_postgres():
        yield
        return
    options = connections.settings["default"]["OPTIONS"]
    with seeing(EVERYTHING):
        with connection.cursor() as cursor:
            make_roles(cursor)
        row_security.build(connection, APP)
    options["assume_role"] = connection.settings_dict["OPTIONS"]["assume_role"] = APP
    connection.close()
    yield
    options.pop("assume_role", None)
    connection.settings_dict["OPTIONS"].pop("assume_role", None)
    connection.close()


def be_owner() -> None:
    """Go back to the role of the login, which owns the tables."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def be_app() -> None:
    """Be the role that serves again."""
    if is_postgres():
        with suppress(InternalError), connection.cursor() as cursor:  # a transaction that is broken goes back to it by itself
            cursor.execute(f"SET ROLE {APP}")


def grant() -> None:
    """Let the role that serves use tables that a test has just made."""
    if is_postgres():
        row_security.grant(connection, APP)


@contextmanager
def as_owner() -> Iterator[None]:
    """Be the owner for a block: for what the role that serves may not do, such as making or emptying a table."""
    be_owner()
    try:
        yield
    finally:
        be_app()
