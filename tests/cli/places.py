"""Two installations side by side, each in a process of its own, on the database that the tests run on."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.roles import APP, OWNER, address_of, make_roles

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """A data folder and its database."""

    var: Path
    database: str
    settings: dict[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()
    owner: str = ""

    def _env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HENGJIAN_")}
        given = {"HENGJIAN_VAR": str(self.var), "HENGJIAN_DATABASE_URL": self.database, "HENGJIAN_DATABASE_OWNER_URL": self.owner, "HENGJIAN_FONTS": str(ROOT / "var" / "fonts"),
                 "HENGJIAN_WEAK_DATABASE": "1" if self.database else ""}  # the cluster of the tests is a fast one
        return {**kept, **given, "DJANGO_SETTINGS_MODULE": "hengjian.settings", "NO_COLOR": "1", "COLUMNS": "200", **self.settings}

    def run(self, *words: str | Path, seconds: int = 600, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run `hengjian …` here; give it so many seconds before it counts as hung."""
        command = [*self.prefix, sys.executable, "-m", "hengjian", *(str(word) for word in words)]
        return subprocess.run(command, cwd=ROOT, env={**self._env(), **settings}, capture_output=True, text=True, timeout=seconds)

    @staticmethod
    def free_port() -> int:
        """A port on which nobody listens."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        return port

    @staticmethod
    def kill_all(server: subprocess.Popen[bytes]) -> None:
        """Kill a server and the processes that it started, with no chance to tidy up."""
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        for pid in (server.pid, *(int(one) for one in children)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.wait()

    @property
    def log(self) -> Path:
        """What the server last started here said."""
        return self.var.with_suffix(".server.log")

    @contextmanager
    def serving(self, *words: str, port: int = 0, **settings: str) -> Iterator[str]:
        """Run `hengjian serve` here; give its address, and end it by the signal that systemd sends."""
        with self.server(*words, port=port, **settings) as (address, server):
            yield address
            server.terminate()
            assert server.wait(30) == 0

    @contextmanager
    def server(self, *words: str, port: int = 0, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
        """Run `hengjian serve` here, in a process group of its own as under a terminal; give its address and the process."""
        port = port or self.free_port()
        command = [*self.prefix, sys.executable, "-m", "hengjian", "serve", "--port", str(port), *words]
        server = subprocess.Popen(command, cwd=ROOT, env={**self._env(), **settings}, stdout=self.log.open("w"), stderr=subprocess.STDOUT, start_new_session=True)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address)
            yield address, server
        finally:
            server.kill()
            server.wait()

    @contextmanager
    def worker(self, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run `hengjian worker` here; it is killed at the end when it still runs."""
        command, log = [*self.prefix, sys.executable, "-m", "hengjian", "worker"], self.var.with_suffix(".worker.log").open("w")
        process = subprocess.Popen(command, cwd=ROOT, env={**self._env(), **settings}, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def python(self, source: str, seconds: int = 600) -> str:
        """Run a piece of Python here with Django loaded; return what it printed."""
        command = [*self.prefix, sys.executable, "-c", f"import django\ndjango.setup()\nfrom hengjian.cli.console import prepare\nprepare()\n{source}"]
        done = subprocess.run(command, cwd=ROOT, env=self._env(), capture_output=True, text=True, timeout=seconds)
        assert done.returncode == 0, done.stderr
        return done.stdout


def wait_for(address: str) -> None:
    """Wait until a server answers there."""
    for _try in range(600):  # three processes that start at once take long on a busy machine
        try:
            urlopen(f"{address}/account/login/", timeout=60).close()  # one that gives up leaves its question with a server that is busy already
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


def fresh_places(folder: Path, names: tuple[str, ...]) -> list[Place]:
    """Make empty installations: SQLite files, or databases of the test cluster."""
    cluster = os.environ.get("HENGJIAN_TEST_DATABASE_URL", "")
    places = []
    for name in names:
        serving = owner = ""
        if cluster:
            address = urlsplit(cluster)._replace(path=f"/{new_database(cluster, name)}").geturl()
            serving, owner = address_of(APP, address), address_of(OWNER, address)
        places.append(Place(folder / name, serving, owner=owner))
    return places


def new_database(cluster: str, name: str, template: str = "template0") -> str:
    """Make an empty database in a cluster, or a copy of one; return its name."""
    import psycopg  # only on PostgreSQL

    title, over = f"place_{name}_{os.getpid()}", urlsplit(cluster)._replace(path="/postgres").geturl()
    with psycopg.connect(over, autocommit=True) as held:
        held.execute(f'DROP DATABASE IF EXISTS "{title}" WITH (FORCE)')
        make_roles(held.cursor())
        held.execute(f'CREATE DATABASE "{title}" OWNER {OWNER} TEMPLATE "{template}"')
    return title
