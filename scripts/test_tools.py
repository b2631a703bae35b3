"""Chromium and PostgreSQL for the tests: found, installed where that is possible, started and stopped."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
USER = "hengjian"
# A cluster that is thrown away may forget a crash: it is never read after one.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


@dataclass
class Tools:
    """What the machine offers to the tests, and in plain words what it does not."""

    chromium: str | None = None
    postgres: Path | None = None
    notes: list[str] = field(default_factory=list)


def chromium_path() -> str | None:
    """Return the path of Chromium or Chrome, or None."""
    named = os.environ.get("HENGJIAN_CHROMIUM")
    return named or next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def postgres_folder() -> Path | None:
    """Return the folder with initdb and pg_ctl of the newest PostgreSQL, or None."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _has_chinese_fonts() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout.strip())


def _administrator() -> list[str] | None:
    """Return the words before a command that needs the administrator, or None when we cannot be one."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def _install(packages: list[str]) -> str:
    """Install Debian packages; return an empty text, or why that was not possible."""
    before = _administrator()
    if not shutil.which("apt-get"):
        return "this is not a Debian-like system"
    if before is None:
        return "that needs the administrator (root, or sudo without a password)"
    print(f"Installing for the tests: {' '.join(packages)} …", flush=True)
    quiet = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Acquire::Retries=3"]
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run([*quiet, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            last = (done.stdout.strip().splitlines() or ["no reason given"])[-1]
            return f"apt-get {words[0]} failed: {last}"
    return ""


def find(*, chromium: bool = True, postgres: bool = True) -> Tools:
    """Look for the tools that are wanted, install what is missing, and note what stays missing."""
    wanted = []
    if chromium and not chromium_path():
        wanted.append("chromium")
    if chromium and not _has_chinese_fonts():
        wanted.append("fonts-noto-cjk")
    if postgres and not postgres_folder() and not os.environ.get("HENGJIAN_TEST_DATABASE_URL"):
        wanted.append("postgresql")
    why = _install(wanted) if wanted else ""
    tools = Tools(chromium_path(), postgres_folder())
    if chromium and not tools.chromium:
        tools.notes.append(f"The journeys in the browser did not run: there is no Chromium here, and it could not be installed: {why}.")
    if postgres and not tools.postgres and not os.environ.get("HENGJIAN_TEST_DATABASE_URL"):
        tools.notes.append(f"Nothing ran on PostgreSQL: it is not here, and it could not be installed: {why}.")
    return tools


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_owner(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@contextmanager
def cluster(binaries: Path) -> Iterator[str]:
    """Start a PostgreSQL cluster that lives as long as the block; give its address for HENGJIAN_TEST_DATABASE_URL."""
    folder = Path(tempfile.mkdtemp(prefix="hengjian-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", _free_port()
    control = _as_owner([str(binaries / "pg_ctl"), "-D", str(data), "-w", "-s"])
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' {FAST}"
    make = [str(binaries / "initdb"), "-D", str(data), "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
    try:
        _quietly(_as_owner([*make, "--no-sync"]), folder)
        _quietly([*control, "-l", str(folder / "log"), "-o", options, "start"], folder)
        try:
            yield f"postgres://{USER}@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], cwd=folder, capture_output=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _quietly(command: list[str], folder: Path) -> None:
    with (folder / "said").open("w+") as said:
        done = subprocess.run(command, cwd=folder, stdout=said, stderr=said)
        if done.returncode:
            said.seek(0)
            log = folder / "log"
            raise RuntimeError(said.read() + (log.read_text() if log.exists() else ""))
