"""PostgreSQL misbehaves: connections killed, none left, deadlocks, rows locked for long. One effect each, 503 in time, no repair."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from tests.trust.postgres import durable_cluster, place_on
from tests.trust.standing_place import Standing, made

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.postgres_only]

CONNECTIONS = 40


@pytest.fixture(scope="module")
def cluster():
    with durable_cluster(f"-c max_connections={CONNECTIONS} -c deadlock_timeout=3s") as one:
        yield one


@pytest.fixture
def standing(cluster, tmp_path, django_db_setup):
    place = place_on(cluster, tmp_path, "faults")
    return Standing(place, made(place, 2))


def _unbound(standing, cluster):
    """The installation's database for one whom row security does not bind: who serves would find no row to lock."""
    return f"{cluster.address.rsplit('/', 1)[0]}/{standing.place.database.rsplit('/', 1)[1]}"


def _others(held, standing):
    """End every connection to the installation's database but our own."""
    name = standing.place.database.rsplit("/", 1)[1]
    return held.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [name]).fetchone()[0]


def test_killed_connections_cost_no_command(standing, cluster):
    with standing.place.server(port=standing.port), psycopg.connect(cluster.address, autocommit=True) as held:
        for n in range(5):
            assert standing.page()[0] == 200
            assert _others(held, standing) > 0
            status, _said = standing.file(f"file-{n}")
            assert status == 302, "a connection that died cost a command"
            assert standing.withdraw(f"withdraw-{n}")[0] == 302
    editions, state, receipts = standing.holds()
    assert (editions, state, len(receipts)) == (5, "draft", 10)


def test_no_connection_left_is_said_within_seconds_and_passes(standing, cluster):
    with standing.place.server(port=standing.port), psycopg.connect(cluster.address, autocommit=True) as over:
        assert standing.page()[0] == 200
        idle = []
        _others(over, standing)
        try:
            while True:
                idle.append(psycopg.connect(cluster.address.replace("hengjian@", "idler@")))
                idle[-1].execute("BEGIN")
        except psycopg.OperationalError:
            pass
        try:
            over.execute("SELECT 1")
            began = time.monotonic()
            status, said = standing.file("crowded")
            took = time.monotonic() - began
            assert (status, "系统暂时忙不过来" in said) in {(503, True), (302, False)}
            assert took < 15
        finally:
            for one in idle:
                one.close()
        _until(lambda: standing.file("crowded")[0] == 302)
    assert standing.holds()[:2] == (1, "filed")


def _until(is_so, seconds=30):
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.5)


def test_a_deadlock_is_begun_anew_with_one_effect(standing, cluster):
    """Another session holds what the command wants and then wants what the command holds."""
    with standing.place.server(port=standing.port):
        assert standing.page()[0] == 200
        with psycopg.connect(_unbound(standing, cluster)) as other:
            other.execute("SET deadlock_timeout = '60s'")  # a session looks for circles once, so long after it began to wait: it is to be the server's
            submission = standing.told[0][0]
            other.execute("SELECT 1 FROM campaigns_submission WHERE id = %s FOR UPDATE", [submission])
            answers = []
            client = threading.Thread(target=lambda: answers.append(standing.file("met")))
            client.start()
            _until(lambda: _waits(cluster))
            # The command has its receipt under this key already: wanting the same closes the circle.
            other.execute("INSERT INTO base_receipt (id, account_id, key, fingerprint, at, status, headers, body) "
                          "SELECT gen_random_uuid(), account_id, key, 'x', now(), 0, '{}', '' FROM (SELECT p.account_id, 'met' AS key FROM parties_post p "
                          "JOIN parties_account a ON a.id = p.account_id WHERE a.username = 'filer00') AS mine")
            other.rollback()
            client.join(60)
        assert answers[0][0] == 302, answers[0][1][:300]
    assert standing.holds()[:2] == (1, "filed")


def _waits(cluster):
    with psycopg.connect(cluster.address, autocommit=True) as held:
        return held.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()[0] > 0


def test_a_row_that_is_locked_for_long_refuses_in_time_and_passes(standing, cluster):
    with standing.place.server(port=standing.port), psycopg.connect(_unbound(standing, cluster)) as other:
        other.execute("SELECT 1 FROM campaigns_submission WHERE id = %s FOR UPDATE", [standing.told[0][0]])
        began = time.monotonic()
        status, said = standing.file("held")
        took = time.monotonic() - began
        assert (status, "系统暂时忙不过来" in said) == (503, True)
        assert 15 < took < 40
        assert standing.file("other", 1)[0] == 302
        other.rollback()
        assert standing.file("held")[0] == 302
    assert standing.holds()[:2] == (1, "filed")


def test_a_server_that_only_reads_shows_pages_and_refuses_commands_with_the_reason(standing, cluster):
    name = standing.place.database.rsplit("/", 1)[1]
    with standing.place.server(port=standing.port), psycopg.connect(cluster.address, autocommit=True) as over:
        assert standing.page()[0] == 200
        over.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        _others(over, standing)
        status, said = standing.file("read-only")
        assert (status, "现在只读" in said) == (503, True)
        status, page = standing.page()
        assert (status, "目前只能查看" in page) == (200, True)
        over.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        _others(over, standing)
        assert standing.file("read-only")[0] == 302
    assert standing.holds()[:2] == (1, "filed")
