"""Migrations from the first state of each app are killed at 50 places, and run again: the schema of a new installation, every row kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.cli.places import ROOT

POINTS = int(os.environ.get("HENGJIAN_TRUST_MIGRATION_KILLS", "50"))

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_migrations_killed_at_fifty_places_run_again_and_succeed(tmp_path, django_db_setup, tell):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HENGJIAN_")}
    env = {**kept, "HENGJIAN_ENV": "test", "HENGJIAN_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "hengjian.settings",
           "HENGJIAN_DATABASE_URL": os.environ.get("HENGJIAN_TEST_DATABASE_URL", "")}
    command = [sys.executable, "-m", "tests.trust.migrating", str(tmp_path), str(POINTS)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=7200)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    tell(f"killed at {told['killed']} of {told['statements']} statements, {told['filled']} of {told['tables']} tables with rows: faults {told['faults']}")
    assert told["faults"] == []
    assert told["killed"] == POINTS
    assert told["is_schema_of_new"]
    assert told["filled"] > 50
