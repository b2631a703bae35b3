"""An installation with institutions that can file, made once and copied for each fault; ways to break the machine under it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import test_tools

from tests.cli.places import Place, new_database
from tests.trust.rush import MAKE, Filer, counted

FOOT = {"filler_name": "许若谷", "filler_phone": "13800005678", "filled_on": "2024-07-10"}


@dataclass
class Standing:
    """An installation and one client of each institution in it."""

    place: Place
    told: list[tuple[str, str]]
    port: int = field(default_factory=Place.free_port)

    def filer(self, n: int = 0) -> Filer:
        """The client of one institution."""
        submission, session = self.told[n]
        return Filer(submission, session, self.port)

    def file(self, key: str, n: int = 0) -> tuple[int, str]:
        """File the self-check of one institution under a key; return status and body."""
        one = self.filer(n)
        return one.sent(f"/campaigns/self-check/{one.submission}/check/", urlencode({**FOOT, "_receipt": key}))

    def withdraw(self, key: str, n: int = 0) -> tuple[int, str]:
        """Take it back."""
        one = self.filer(n)
        return one.sent(f"/campaigns/self-check/{one.submission}/withdraw/", urlencode({"reason": "发现一处填写有误，撤回修改", "_receipt": key}))

    def page(self, n: int = 0) -> tuple[int, str]:
        """Read the list of what the institution has to file."""
        return self.filer(n).got("/campaigns/self-check/")

    def holds(self, n: int = 0) -> tuple[int, str, dict[str, int]]:
        """How often one institution has filed, in which state it is, and all receipts."""
        held = counted(self.place)
        return held["editions"][self.told[n][0]], held["states"][self.told[n][0]], held["receipts"]


def pages_of(server: subprocess.Popen[bytes]) -> int:
    """The process that answers: the child of the one that was started."""
    for _try in range(100):
        for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split():
            with suppress(OSError):
                if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return int(pid)
        time.sleep(0.1)
    raise AssertionError("the server has no child that answers")


@contextmanager
def injected(pid: int, *faults: str) -> Iterator[None]:
    """Let system calls of a process and its threads fail as told: ``fsync,fdatasync:error=EIO``. Skips where that is not allowed."""
    program = test_tools.strace_path()
    if program is None:
        pytest.skip("strace is not on this machine: calls of the system cannot be made to fail")
    words = [word for one in faults for word in ("-e", f"inject={one}")]
    names = ",".join(one.split(":")[0] for one in faults)
    tracer = subprocess.Popen([program, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={names}", *words, "-p", str(pid)], stderr=subprocess.PIPE)
    try:
        _attached(tracer, pid)
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(20)


def _attached(tracer: subprocess.Popen[bytes], pid: int) -> None:
    for _try in range(100):
        if tracer.poll() is not None:
            said = (tracer.stderr.read() if tracer.stderr else b"").decode()
            pytest.skip(f"strace may not attach here (ptrace): {said.strip()}")
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        if all(f"TracerPid:\t{tracer.pid}" in (one / "status").read_text() for one in tasks):
            return
        time.sleep(0.1)
    raise AssertionError("strace did not attach to all threads")


class Disk:
    """A file system of its own, of a few megabytes, in a mount namespace that no other process sees."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        said = f"mount -t tmpfs -o size={megabytes}m tmpfs '{folder}' && echo ready && exec sleep 100000"
        self.keeper = subprocess.Popen(
            [*_unshare(), "sh", "-c", said], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        if self.keeper.stdout is None or self.keeper.stdout.readline().strip() != b"ready":
            pytest.skip("no file system of its own can be mounted here (unshare, mount)")

    @property
    def prefix(self) -> tuple[str, ...]:
        """The words before a command that is to run where the disk is seen."""
        user = () if os.geteuid() == 0 else ("-U", "--preserve-credentials")
        return ("nsenter", "-t", str(self.keeper.pid), *user, "-m", f"--wd={Path.cwd()}", "--")

    @property
    def inside(self) -> Path:
        """The folder as it is reached from outside."""
        return Path(f"/proc/{self.keeper.pid}/root{self.folder}")

    def remount(self, how: str) -> None:
        """Make it read-only (``ro``) or writable (``rw``); refused while files are open for writing."""
        subprocess.run([*self.prefix, "mount", "-o", f"remount,{how}", str(self.folder)], check=True)

    def fill(self) -> Path:
        """Leave no free byte on it; return the file that takes the room."""
        ballast = self.inside / "ballast"
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 4096):
                with suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass
        return ballast

    def close(self) -> None:
        """The mount goes with its last process."""
        self.keeper.kill()
        self.keeper.wait()


def _unshare() -> list[str]:
    if not shutil.which("unshare") or not shutil.which("nsenter"):
        pytest.skip("unshare and nsenter are not on this machine")
    return ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]


def made(place: Place, count: int) -> list[tuple[str, str]]:
    """Set an installation up with so many institutions that are about to file."""
    assert place.run("migrate").returncode == 0
    told: list[tuple[str, str]] = json.loads(place.python(MAKE.format(count=count)).strip().splitlines()[-1])
    return told


def copied(pattern: Place, var: Path, prefix: tuple[str, ...] = ()) -> Place:
    """A copy of an installation that nobody uses at present: its folder, and its database on the server."""
    subprocess.run([*prefix, "cp", "-a", f"{pattern.var}/.", str(var)], check=True) if prefix else shutil.copytree(pattern.var, var)
    if not pattern.database:
        return Place(var, "", pattern.settings, prefix)
    cluster, held = os.environ["HENGJIAN_TEST_DATABASE_URL"], urlsplit(pattern.database).path.lstrip("/")
    path = f"/{new_database(cluster, var.parent.name[:40], template=held)}"
    serving, owner = (urlsplit(one)._replace(path=path).geturl() for one in (pattern.database, pattern.owner))
    return Place(var, serving, pattern.settings, prefix, owner)
