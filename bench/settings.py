"""Settings of a server under measurement: each answer says how long it took inside, and how often it asked the database."""

from __future__ import annotations

import os

from hengjian.settings import *  # noqa: F403

MIDDLEWARE = ["bench.timing.Timed", *MIDDLEWARE]  # noqa: F405

if os.environ.get("HENGJIAN_BENCH_PEER") == "1":
    # Django's own lists, to be compared with; the product has no admin.
    INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]  # noqa: F405
    ROOT_URLCONF = "bench.peer_urls"
    TEMPLATES[0]["DIRS"].append(BASE_DIR / "bench" / "templates")  # noqa: F405
