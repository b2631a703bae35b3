"""What sealing costs: a roster of 5,000 people, a search, a table of 50,000. Run: python -m bench.crypto."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from random import Random

COUNT = 50_000
ROSTER = 5_000


def timed(what: str, count: int, work: Callable[[], object]) -> None:
    """Run once and write the time of the whole and of one value."""
    start = time.perf_counter()
    work()
    spent = time.perf_counter() - start
    sys.stdout.write(f"{what:<36}{spent * 1000:>9.1f} ms{spent / count * 1e6:>9.2f} µs each\n")


def main() -> None:
    """Seal, open, index and mask made-up numbers with keys of a throw-away folder."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HENGJIAN_VAR": folder, "HENGJIAN_ENV": "test"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengjian.settings")
        from hengjian.base import crypto  # after the environment names the folder of the keys
        from hengjian.base.fields import Sealed, Secret, mask_middle

        rng = Random(1)  # noqa: S311  made-up numbers, not keys
        numbers = [f"9943011980010{rng.randrange(10**5):05d}" for _ in range(COUNT)]
        places = [crypto.context_of("registry_person", "id_number", str(n)) for n in range(COUNT)]
        crypto.keyring()
        sealed = [Sealed(crypto.seal(n, p)) for n, p in zip(numbers, places, strict=True)]
        mask = mask_middle(4, 4)

        def show() -> list[str]:
            rows = zip(sealed[:ROSTER], places, strict=False)
            return [str(Secret(None, mask=mask, place=p, sealed=s, sealed_at=p)) for s, p in rows]

        timed("seal", COUNT, lambda: [crypto.seal(n, p) for n, p in zip(numbers, places, strict=True)])
        timed("index", COUNT, lambda: [crypto.index_of("person.id_number", n) for n in numbers])
        timed("open", COUNT, lambda: [crypto.unseal(s, p) for s, p in zip(sealed, places, strict=True)])
        timed(f"show {ROSTER} masked", ROSTER, show)


if __name__ == "__main__":
    main()
