"""A PostgreSQL that keeps its word (fsync on, checksums on), to be killed and started again, and an installation on it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import test_tools

from tests.cli.places import Place, new_database
from tests.roles import APP, OWNER, address_of

DURABLE = "-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c max_connections=60"
MOST_SECONDS_TO_RECOVER = 30.0


@contextmanager
def durable_cluster(options: str = "") -> Iterator[test_tools.Cluster]:
    """A cluster as production should have one. Skips the test where the programs of PostgreSQL are not here."""
    binaries = test_tools.postgres_folder()
    if binaries is None:
        pytest.skip("initdb and pg_ctl are not on this machine: the server cannot be killed here")
    with test_tools.own_cluster(binaries, f"{DURABLE} {options}", checksums=True) as made:
        yield made


def place_on(cluster: test_tools.Cluster, folder: Path, name: str, **settings: str) -> Place:
    """An empty installation in a database of its own, with no leave for a weak database."""
    address = urlsplit(cluster.address)._replace(path=f"/{new_database(cluster.address, name)}").geturl()
    return Place(folder / name, address_of(APP, address), {"HENGJIAN_WEAK_DATABASE": "", **settings}, owner=address_of(OWNER, address))


def kill_postmaster(cluster: test_tools.Cluster) -> float:
    """Kill the server with no chance to tidy up, start it again; return the seconds until it answered."""
    os.kill(cluster.pid(), signal.SIGKILL)
    began = time.monotonic()
    while True:
        try:
            cluster.start()  # refused while backends of the dead one still hold its memory
            return time.monotonic() - began
        except test_tools.NotStarted:
            if time.monotonic() - began > MOST_SECONDS_TO_RECOVER:
                raise
            time.sleep(0.2)


def kill_a_backend(cluster: test_tools.Cluster, chance: int) -> None:
    """Kill one process that serves a connection: the server then throws all connections away and recovers."""
    postmaster = cluster.pid()
    children = [int(one) for one in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()]
    serving = [pid for pid in children if b"127.0.0.1(" in _command_of(pid)]
    if serving:
        with suppress(ProcessLookupError):
            os.kill(serving[chance % len(serving)], signal.SIGKILL)


def _command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
