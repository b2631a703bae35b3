"""Make the small sample package that the guide screens: seeded, so that everybody sees the same leads."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS, SEED = 2000, 2026


def main() -> int:
    """Write the package, as CSV with Chinese heads, into the folder that is named."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    folder = asked.parse_args().folder
    sys.path.insert(0, str(ROOT))
    from bench.province import make  # the path is set above

    rows = make(folder, reports=REPORTS, seed=SEED, kind="csv")
    print(f"{folder}: {len(rows)} files, {sum(rows.values())} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
