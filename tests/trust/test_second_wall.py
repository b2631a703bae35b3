"""PostgreSQL's row security as the second wall: what our own code forgets to narrow, the database does not show or take."""

from __future__ import annotations

import threading
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import typer
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import ProgrammingError, connection, transaction

from hengjian.base import row_security
from hengjian.base.actions import audited_action
from hengjian.base.backends.postgresql.base import DatabaseWrapper
from hengjian.base.errors import OutOfScope
from hengjian.base.guard import the_door_writes
from hengjian.base.ledger.reading import one_moment
from hengjian.base.scope import EVERYTHING, NOTHING, Scope
from hengjian.base.sight import seeing
from hengjian.base.wall import shown
from hengjian.cli import database
from hengjian.registry.models import Approval, Institution
from tests import factories, roles
from tests.trust import walls
from tests.trust.postgres import durable_cluster, place_on

pytestmark = [pytest.mark.django_db, pytest.mark.postgres_only]


@pytest.fixture
def attack(clock: Any) -> walls.Attack:
    return walls.attack()


def _read(read: Any, attack: walls.Attack) -> Any:
    try:
        with attack.inside(), transaction.atomic():
            return read(attack)
    except ObjectDoesNotExist:
        return None


@pytest.mark.parametrize("name", walls.READS)
def test_a_read_that_forgets_its_scope_is_shown_nothing_foreign(attack, name):
    assert not _read(walls.READS[name], attack)


@pytest.mark.parametrize("name", walls.READS)
def test_each_of_these_reads_would_leak_without_the_wall(attack, name):
    """Else the probe would prove nothing."""
    with roles.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table whose keys are still to be checked is not altered
        for table in ("registry_institution", "registry_approval", "registry_person", "registry_employment", "parties_organisation"):
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    assert _read(walls.READS[name], attack)


@pytest.mark.parametrize("name", walls.WRITES)
def test_a_write_that_reaches_beyond_its_scope_changes_nothing(attack, name):
    before = walls.foreign_state()
    said = walls.tried(walls.WRITES[name], attack)
    assert walls.foreign_state() == before
    silent = {"update of a foreign row", "update of a scope column, in", "delete", "raw update"}  # no such row: nothing to do
    assert (said == "") == (name in silent), said


def test_who_asks_for_nobody_sees_and_writes_nothing(attack):
    with seeing(None):
        for model in apps.get_models():
            if model._meta.db_table in row_security.walled_tables() and model._meta.app_label != "apples":
                assert not walls.bare(model).exists(), model
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic(), the_door_writes():
            walls.bare(Approval).bulk_create([Approval(institution=attack.own, number="TS-0009").owned_by(attack.own)])
    with seeing(NOTHING):
        assert not walls.bare(Institution).exists()


def test_an_act_beyond_the_scope_is_refused_in_our_own_words(attack):
    with pytest.raises(OutOfScope), audited_action("test.foreign", actor=attack.actor) as act:
        act.add(Approval(institution=attack.foreign, number="TS-0010").owned_by(attack.foreign))


def test_what_is_reached_from_a_row_is_asked_for_the_scope_it_was_read_in(attack):
    narrow = Approval.objects.within(attack.actor.scope).get(pk=attack.planted.pk)
    wide = Approval.objects.within(EVERYTHING).get(pk=attack.planted.pk)
    with seeing(EVERYTHING), pytest.raises(Institution.DoesNotExist):
        str(narrow.institution)
    with attack.inside():
        assert wide.institution == attack.foreign


def test_a_cursor_that_stays_open_goes_on_for_its_own_scope(attack):
    """The rows of a long list come in parts; what is asked between them is for somebody else."""
    rows = Institution.objects.within(EVERYTHING).order_by("name").iterator(chunk_size=1)
    seen = []
    with attack.inside():
        for row in rows:
            seen.append(row.name)
            assert walls.bare(Institution).count() == 1
    assert len(seen) == 3


@pytest.mark.django_db(transaction=True)
def test_a_look_at_one_moment_begins_for_whomever_it_is(attack):
    """How a transaction reads is said before anything is asked in it, also for whom."""
    for scope in (attack.actor.scope, EVERYTHING, None):
        with seeing(scope), one_moment():
            seen = walls.bare(Institution).count()
        assert seen == (0 if scope is None else 3 if scope.everything else 1)


SCOPES = ("99/", "99/9901/", "99/9901/990101/", "99/9902/", "99/990/", "99/9901/99010/", "98/")


def test_the_wall_says_what_within_says(attack, clock):
    """Every scoped table, for areas around each other and for each organisation: the database shows what the code asks for."""
    from tests.campaigns import scenes  # a whole campaign's rows

    world_scopes = [Scope(areas=(area,)) for area in SCOPES] + [Scope(areas=SCOPES[1:3]), NOTHING]
    scenes.load_definitions(actor=factories.SYSTEM)
    world_scopes += [Scope(org_ids=frozenset({attack.own.pk})), Scope(areas=("99/9902/",), org_ids=frozenset({attack.own.pk}))]
    wider = {table for table in row_security.walled_tables() if shown(table)} | {"parties_authority", "campaigns_campaign"}
    compared = 0
    for model in apps.get_models():
        if model._meta.db_table not in row_security.walled_tables():
            continue
        for scope in world_scopes:
            asked = set(model._default_manager.within(EVERYTHING)._narrow(scope).values_list("pk", flat=True))
            with seeing(scope):
                found = set(walls.bare(model).values_list("pk", flat=True))
            assert asked <= found if model._meta.db_table in wider else asked == found, (model, scope)
            compared += 1
    assert compared == len(row_security.walled_tables()) * len(world_scopes)


def test_every_scoped_table_has_its_policy():
    needing = {model._meta.db_table for model in apps.get_models() if getattr(getattr(model._default_manager, "_queryset_class", None), "needs_scope", False)}
    assert set(row_security.walled_tables()) == needing
    assert row_security.table_faults(connection) == []


def test_a_hole_in_the_wall_is_named():
    held = "registry_institution"
    for hole in (
        f"ALTER TABLE {held} NO FORCE ROW LEVEL SECURITY", f"ALTER TABLE {held} DISABLE ROW LEVEL SECURITY", f"DROP POLICY hengjian_sight ON {held}",
        f"CREATE POLICY backdoor ON {held} USING (true)", f"COMMENT ON POLICY hengjian_sight ON {held} IS 'an earlier release'",
    ):
        with transaction.atomic():
            with roles.as_owner(), connection.cursor() as cursor:
                cursor.execute(hole)
            assert [held in fault for fault in row_security.table_faults(connection)] == [True], hole
            with roles.as_owner():
                row_security.build(connection, roles.APP)
            assert row_security.table_faults(connection) == [], "migrate mends it"
            transaction.set_rollback(True)


def test_the_role_that_serves_passes_and_the_owner_does_not():
    serving = _as_login()
    try:
        assert row_security.faults(serving) == []
    finally:
        serving.close()
    assert any("超级用户" in fault for fault in row_security.faults(connection)), "the login of the tests owns the cluster"


def test_a_start_is_refused_where_the_wall_binds_nobody(settings, capsys, monkeypatch):
    settings.WEAK_DATABASE = False
    with pytest.raises(typer.Exit):
        database.require_wall()
    said = capsys.readouterr().err
    assert "行级安全靠不住，服务不启动" in said
    assert "超级用户" in said
    monkeypatch.setattr(database, "connection", serving := _as_login())
    try:
        database.require_wall()
    finally:
        serving.close()


@pytest.mark.slow
def test_a_server_starts_as_the_role_that_serves_and_as_no_other(tmp_path, django_db_setup):
    with durable_cluster() as cluster:
        place = place_on(cluster, tmp_path, "roles")
        assert place.run("migrate").returncode == 0
        with place.serving():
            pass
        assert f"{len(row_security.walled_tables())} 张数据表，服务所用角色受其约束" in place.run("doctor").stdout
        superuser = urlsplit(cluster.address)._replace(path=urlsplit(place.owner).path).geturl()
        for address, why in ((place.owner, "所有者"), (superuser, "超级用户")):
            done = place.run("serve", "--port", str(place.free_port()), HENGJIAN_DATABASE_URL=address)
            assert (done.returncode, why in done.stderr) == (1, True), done.stderr
        with psycopg.connect(place.owner, autocommit=True) as held:
            held.execute("ALTER TABLE registry_person NO FORCE ROW LEVEL SECURITY")
        for command in (("serve", "--port", str(place.free_port())), ("worker",)):
            done = place.run(*command, HENGJIAN_MODE="production")  # embedded, it would build the wall anew
            assert (done.returncode, "请先运行 hengjian migrate" in done.stderr) == (1, True), done.stderr
        assert place.run("migrate").returncode == 0
        with place.serving():
            pass


@pytest.mark.parametrize("statement", [
    "TRUNCATE registry_institution CASCADE", "ALTER TABLE registry_institution DISABLE ROW LEVEL SECURITY", "DROP POLICY hengjian_sight ON registry_institution",
    "CREATE POLICY backdoor ON registry_institution USING (true)", "ALTER TABLE ledger_entry DISABLE TRIGGER ALL", "TRUNCATE ledger_entry",
    "DELETE FROM ledger_entry", "UPDATE ledger_entry SET leaf = ''", "UPDATE ledger_salt SET salt = ''", "DELETE FROM ledger_checkpoint",
    "DELETE FROM django_migrations", "SET SESSION AUTHORIZATION hengjian",
])
def test_the_role_that_serves_cannot_take_the_wall_away(statement):
    serving = _as_login()
    try:
        with the_door_writes(), serving.cursor() as cursor, pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            cursor.execute(statement)
    finally:
        serving.close()


def _as_login(**options: Any) -> DatabaseWrapper:
    """A connection that logs in as the role that serves, and nothing else."""
    given = deepcopy(connection.settings_dict)
    given |= {"USER": roles.APP, "PASSWORD": roles.PASSWORD, "OPTIONS": options}
    return DatabaseWrapper(given, alias="serving")


@pytest.mark.django_db(transaction=True)
def test_nothing_passes_from_one_request_to_the_next_through_the_pool(clock):
    """Eight threads on two connections: each is somebody else every time, and now and then nobody, or breaks off."""
    world = factories.world()
    wanted = [(Scope(org_ids=frozenset({one.pk})), {one.pk}) for one in world.institutions] + [(None, set()), (NOTHING, set())]
    wrong: list[Any] = []
    options = {"pool": {"min_size": 2, "max_size": 2, "timeout": 60}}
    main = _as_login(**options)

    def ask(start: int) -> None:
        for turn in range(40):
            mine = _as_login(**options)
            scope, expected = wanted[(start + turn) % len(wanted)]
            try:
                with seeing(scope):
                    _one_request(mine, expected, wrong, breaks=turn % 3 == 0)
            finally:
                mine.close()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    main.close_pool()
    assert wrong == []
    assert not any(one.is_alive() for one in threads)


def _one_request(mine: Any, expected: set[Any], wrong: list[Any], *, breaks: bool) -> None:
    for _statement in range(2):
        with mine.cursor() as cursor:
            if breaks:
                mine.set_autocommit(False)
            cursor.execute("SELECT id FROM registry_institution")
            found = {pk for (pk,) in cursor.fetchall()}
        if found != expected:
            wrong.append((expected, found))
        if breaks:
            mine.rollback()
            mine.set_autocommit(True)
