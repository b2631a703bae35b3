"""The pattern that all sizes are copied from: the demonstration province, played through the real services."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

PEOPLE = 4200
"""So many that an institution has about sixty, as in the province of the benchmark."""


CUTS, PLAYED = "cuts.pickle", "played"


def settle(var: Path, database: str = "") -> None:
    """Let Django work in a folder, on SQLite or on the PostgreSQL of an address."""
    fonts = Path(__file__).resolve().parents[2] / "var" / "fonts"
    os.environ |= {"HENGJIAN_VAR": str(var), "HENGJIAN_ENV": "test", "HENGJIAN_DATABASE_URL": database, "HENGJIAN_DEMO": "1"}
    os.environ.setdefault("HENGJIAN_FONTS", str(fonts))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengjian.settings")
    import django  # after the environment names the folder

    django.setup()


def play(var: Path) -> None:
    """Migrate and play; what takes long is said."""
    settle(var)
    from django.core.management import call_command  # needs Django set up

    from hengjian.web.demo import play as play_all

    call_command("migrate", verbosity=0)
    (var / "demo").touch()
    out = var / "out"
    out.mkdir(exist_ok=True)

    def told(at: int, total: int, what: str) -> None:
        if at == total:
            sys.stdout.write(f"  pattern: {what}\n")
            sys.stdout.flush()

    play_all(out, told, people=PEOPLE)


def cut(var: Path) -> None:
    """Cut what was played into the rows that are copied, and keep them beside it."""
    from bench.world import pattern  # needs Django set up

    (var / CUTS).write_bytes(pickle.dumps(pattern.read(), protocol=5))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    if (folder / PLAYED).exists():
        settle(folder)
    else:
        play(folder)
        (folder / PLAYED).touch()
    cut(folder)
