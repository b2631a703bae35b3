"""Lists of the product beside Django's own admin and beside a floor, of the same rows, by turns in one process.

The floor is what nobody can go below who shows these rows to somebody who has signed in: the same rows and columns by
plain SELECTs, in a plain template within the product's page shell (session, post, scope, navigation with its counts,
unread messages). What the product adds to it is filters, paging, links, marks of state and words. A bare table without
any shell is told as well; the admin shows columns of its table alone, in its own shell.
"""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

os.environ |= {"HENGJIAN_BENCH_PEER": "1", "DJANGO_SETTINGS_MODULE": "bench.settings"}

from bench.figures import Figure, tell
from bench.parts import ready

OURS = {"institution": "/registry/", "person": "/registry/people/", "problem": "/rectification/problems/"}
TIMES = 15


def main() -> None:
    """Look at each list in turn, and take the median of the processor's time."""
    ready()
    from django.test import Client  # both need Django set up

    from hengjian.parties.models import Post

    post = Post.objects.filter(role="supervisor", authority__level="province").select_related("account")[0]
    client = Client()
    client.force_login(post.account)
    for name, ours in OURS.items():
        found = _medians(client, {
            "ours": ours, "admin": f"/peer/admin/{_place(name)}/", "floor": f"/peer/shell/{name}/", "bare": f"/peer/plain/{name}/",
        })
        tell(Figure("peer", f"list of {name}: ours against the plain floor", found["ours"] / found["floor"], "×", 1.5,
                    note=", ".join(f"{what} {1000 * seconds:.1f} ms" for what, seconds in found.items())),
             Figure("peer", f"list of {name}: ours against Django's admin", found["ours"] / found["admin"], "×"),
             Figure("peer", f"list of {name}: ours against a bare table without page shell", found["ours"] / found["bare"], "×"))


def _place(name: str) -> str:
    return {"institution": "registry/institution", "person": "registry/person", "problem": "rectification/problem"}[name]


def _medians(client: Any, addresses: dict[str, str]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in addresses}
    for turn in range(TIMES + 1):
        for name, address in addresses.items():
            began = time.process_time()
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address}: {answer.status_code}")
            if turn:
                times[name].append(time.process_time() - began)
    return {name: statistics.median(held) for name, held in times.items()}


if __name__ == "__main__":
    main()
