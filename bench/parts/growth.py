"""How pages grow with the province: the same page in a world of full size and in one of a hundredth. Needs both measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.figures import Figure, share, tell

LIMIT, SMALL_MS = 1.5, 5.0


def main() -> None:
    """Compare what ``page_times`` kept beside two worlds."""
    small, large = (json.loads((Path(folder) / "pages.json").read_text()) for folder in sys.argv[1:3])
    ratios = {key: large[key]["ms"] / max(small[key]["ms"], SMALL_MS) for key in small.keys() & large.keys()}
    more = {key: large[key]["queries"] - small[key]["queries"] for key in ratios}
    worst = sorted(ratios.items(), key=lambda pair: -pair[1])
    tell(Figure("growth", "time of a page at this size against a hundredth: median of the pages", share(list(ratios.values()), 50), "×", LIMIT),
         Figure("growth", "pages that grow by more than 1.5 ×", sum(one > LIMIT for one in ratios.values()), f"of {len(ratios)}", 0,
                note="; ".join(f"{key} {one:.1f} ×" for key, one in worst[:8])),
         Figure("growth", "pages that ask more queries", sum(one > 0 for one in more.values()), f"of {len(more)}",
                note="; ".join(f"{key} +{more[key]:.0f}" for key in sorted(more, key=lambda one: -more[one])[:6] if more[key] > 0)))


if __name__ == "__main__":
    main()
