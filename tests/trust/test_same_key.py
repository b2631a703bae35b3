"""A command sent five times at once under one key: one effect, five equal answers; other content under the key is refused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from tests.cli.places import fresh_places
from tests.trust.rush import MAKE, Filer, counted

# On PostgreSQL the same is tried for every command within one process (test_commands_at_once.py).
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

FOOT = {"filler_name": "许若谷", "filler_phone": "13800005678", "filled_on": "2024-07-10"}


def test_five_at_once_under_one_key_have_one_effect(tmp_path, django_db_setup):
    (place,) = fresh_places(tmp_path, ("same_key",))
    assert place.run("migrate").returncode == 0
    told = json.loads(place.python(MAKE.format(count=3)).strip().splitlines()[-1])
    port = place.free_port()
    with place.server(port=port), ThreadPoolExecutor(5) as pool:
        for n, (submission, session) in enumerate(told):
            filer = Filer(submission, session, port)
            address = f"/campaigns/self-check/{submission}"
            bodies = [urlencode({**FOOT, "_receipt": f"file-{n}"})] * 5
            assert set(pool.map(filer.sent, [f"{address}/check/"] * 5, bodies)) == {(302, "")}
            assert filer.sent(f"{address}/check/", urlencode({**FOOT, "filler_name": "另一人", "_receipt": f"file-{n}"}))[0] == 422
            again = urlencode({"reason": "发现一处填写有误", "_receipt": f"withdraw-{n}"})
            assert set(pool.map(filer.sent, [f"{address}/withdraw/"] * 5, [again] * 5)) == {(302, "")}
    held = counted(place)
    assert {held["editions"][submission] for submission, _session in told} == {1}
    assert {held["states"][submission] for submission, _session in told} == {"draft"}
    assert held["receipts"] == {f"{act}-{n}": 302 for act in ("file", "withdraw") for n in range(3)}
