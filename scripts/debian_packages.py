"""Debian packages for somebody who is no administrator: fetched by apt-get, unpacked beside the environment, not installed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).resolve().parent.parent / ".venv-debian"
SYSTEM = FOLDER / "root"
PROGRAMS = FOLDER / "bin"
FONTS = FOLDER / "fonts.conf"


def apt_get(*words: str, before: tuple[str, ...] = ()) -> str:
    """Run apt-get; return an empty text, or why it failed."""
    command = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Acquire::Retries=3", *words]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if not done.returncode:
        return ""
    said = done.stdout.strip().splitlines() or ["it gave no reason"]
    return f"apt-get failed: {next((line for line in said if line.startswith('E:')), said[-1])}"


def unpack(packages: list[str]) -> str:
    """Fetch and unpack packages and what they need; return an empty text, or why that was not possible."""
    if not shutil.which("apt-get"):
        return "this is not a Debian-like system"
    part = FOLDER / "part"
    for folder in ("lists", "archives"):
        (part / folder / "partial").mkdir(parents=True, exist_ok=True)
    try:
        if why := _fetch(part, packages):
            return why
        for package in sorted(part.glob("archives/*.deb")):
            done = subprocess.run(["dpkg-deb", "-x", str(package), str(SYSTEM)], capture_output=True, text=True)
            if done.returncode:
                return f"{package.name} could not be unpacked: {done.stderr.strip()}"
    finally:
        shutil.rmtree(part, ignore_errors=True)
    if (SYSTEM / "usr/share/fonts").is_dir():
        _write_fonts()
    _lead_java_inside()
    _write_programs()
    return ""


def _lead_java_inside() -> None:
    """Debian's Java keeps its settings in /etc: let its links lead to where they were unpacked."""
    for link in (SYSTEM / "usr/lib/jvm").rglob("*"):
        if link.is_symlink() and (target := os.readlink(link)).startswith("/etc/") and (SYSTEM / target[1:]).exists():
            link.unlink()
            link.symlink_to(SYSTEM / target[1:])


def _fetch(part: Path, packages: list[str]) -> str:
    mine = ("-o", f"Dir::Cache={part}", "-o", "Debug::NoLocking=true")
    anew = (*mine, "-o", f"Dir::State={part}", "-o", "Dir::State::status=/var/lib/dpkg/status")
    get = ("install", "--yes", "--download-only", "--no-install-recommends", *packages)
    # The machine's lists of packages may be missing or out of date: then they are fetched anew, into our folder.
    return apt_get(*mine, *get) and (apt_get(*anew, "update") or apt_get(*anew, *get))


def _write_fonts() -> None:
    FONTS.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
        f'<include ignore_missing="yes">{escape(str(SYSTEM / "etc/fonts/conf.d"))}</include>\n'
        f"<dir>{escape(str(SYSTEM / 'usr/share/fonts'))}</dir>\n"
        f"<cachedir>{escape(str(FOLDER / 'fonts'))}</cachedir>\n</fontconfig>\n"
    )


def _write_programs() -> None:
    """Write a command for each program that finds the unpacked libraries and fonts."""
    libraries = sorted({str(path.parent) for top in ("lib", "usr/lib") for path in (SYSTEM / top).rglob("lib*.so*")})
    fonts = shlex.quote(str(FONTS))
    PROGRAMS.mkdir(exist_ok=True)
    for program in (*SYSTEM.glob("usr/lib/chromium/chromium"), *SYSTEM.glob("usr/lib/postgresql/*/bin/*"), *SYSTEM.glob("usr/lib/jvm/java-*/bin/java")):
        command = PROGRAMS / program.name
        command.write_text(
            f"#!/bin/sh\nexport LD_LIBRARY_PATH={shlex.quote(os.pathsep.join(libraries))}\n"
            f'test ! -e {fonts} || export FONTCONFIG_FILE={fonts}\nexec {shlex.quote(str(program))} "$@"\n'
        )
        command.chmod(0o755)


def use() -> None:
    """Let programs of this process find what was unpacked, after what the machine itself has."""
    if PROGRAMS.is_dir() and str(PROGRAMS) not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{PROGRAMS}"
    if FONTS.exists():
        os.environ.setdefault("FONTCONFIG_FILE", str(FONTS))
