"""Resolve requirements/*.in into hash-pinned locks that hold on any platform and name no host."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
UV = Path(sys.executable).parent / "uv"
OPTIONS = ("--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet")


def main() -> int:
    """Write every lock; the run time is resolved first and binds the rest."""
    for name in ("tools", "core", "spark", "dev", "node"):
        bound = ("--constraint", "core.txt") if name in ("spark", "dev") else ()
        command = (str(UV), "pip", "compile", *OPTIONS, *bound, f"{name}.in", "--output-file", f"{name}.txt")
        done = subprocess.run(command, cwd=REQUIREMENTS, stdout=subprocess.DEVNULL)
        if done.returncode:
            return done.returncode
        print(f"requirements/{name}.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
