"""The settings of the database on which "acknowledged" rests: set, read back, and a start without them refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from django.conf import settings
from django.db import OperationalError, connection

from hengjian.base.backends.sqlite3.base import DatabaseWrapper
from hengjian.base.database import durability, remote_file_system
from hengjian.cli.database import apply_migrations, marker, require_own_file
from tests.cli.places import fresh_places

pytestmark = pytest.mark.django_db


@pytest.mark.sqlite_only
def test_every_connection_is_durable():
    assert {one.name: one.is_enough for one in durability(connection)} == dict.fromkeys(("journal_mode", "synchronous", "foreign_keys", "mmap_size"), True)


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("pragma", "name"), [("synchronous=NORMAL", "synchronous"), ("foreign_keys=OFF", "foreign_keys"), ("synchronous=OFF", "synchronous")])
def test_a_weaker_setting_is_seen(pragma, name):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
    assert [one.name for one in durability(connection) if not one.is_enough] == [name]
    connection.close()


@pytest.mark.postgres_only
def test_a_server_that_waits_for_no_disk_is_seen_and_refused(tmp_path, django_db_setup):
    weak = {one.name for one in durability(connection) if not one.is_enough}
    assert weak >= {"fsync", "synchronous_commit"}, "the cluster of the tests is a fast one"
    (place,) = fresh_places(tmp_path, ("weak",))
    assert place.run("migrate").returncode == 0
    for command in (("serve", "--port", str(place.free_port())), ("worker",)):
        done = place.run(*command, HENGJIAN_WEAK_DATABASE="")
        assert (done.returncode, "停电会丢数据" in done.stderr) == (1, True)


MOUNTS = """22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
90 22 0:50 / /srv rw,relatime shared:1 - xfs /dev/vdb rw
91 90 0:51 / /srv/my\\040data rw,relatime shared:1 - {kind} files:/export rw
"""


@pytest.mark.parametrize(("kind", "path", "said"), [
    ("nfs4", "/srv/my data/hengjian.sqlite3", "nfs4"), ("cifs", "/srv/my data/deep/hengjian.sqlite3", "cifs"), ("fuse.sshfs", "/srv/my data/x", "fuse.sshfs"),
    ("ext4", "/srv/my data/hengjian.sqlite3", ""), ("nfs4", "/srv/hengjian.sqlite3", ""), ("nfs4", "/home/hengjian.sqlite3", ""),
])
def test_a_file_system_of_the_network_is_known(kind, path, said):
    assert remote_file_system(Path(path), MOUNTS.format(kind=kind)) == said


@pytest.mark.sqlite_only
def test_sqlite_on_a_file_system_of_the_network_is_refused(monkeypatch, capsys):
    monkeypatch.setattr("hengjian.cli.database.remote_file_system", lambda _path: "nfs4")
    with pytest.raises(typer.Exit):
        require_own_file()
    assert "网络文件系统（nfs4）" in capsys.readouterr().err


@pytest.mark.sqlite_only
def test_a_database_that_is_gone_is_not_made_anew(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", tmp_path / "hengjian.sqlite3")
    require_own_file()  # an empty folder is a new installation
    marker().touch()
    with pytest.raises(typer.Exit):
        apply_migrations()
    assert "不会另建一个空的" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["hengjian.sqlite3.made"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("put_there", [lambda _path: None, lambda path: path.write_bytes(b"")])
def test_nothing_is_committed_into_a_file_that_was_deleted_or_replaced(tmp_path, put_there):
    path = tmp_path / "one.sqlite3"
    held = DatabaseWrapper({**connection.settings_dict, "NAME": path}, "other")
    with held.cursor() as cursor:
        cursor.execute("CREATE TABLE told (word TEXT)")
    path.unlink()
    put_there(path)
    held.set_autocommit(False)
    with held.cursor() as cursor:
        cursor.execute("INSERT INTO told VALUES ('acknowledged')")
    with pytest.raises(OperationalError, match="deleted or replaced"):
        held.commit()
    held.rollback()
    held.close_if_unusable_or_obsolete()
    assert held.connection is None


@pytest.mark.sqlite_only
def test_a_connection_makes_no_file_by_looking(tmp_path):
    held = DatabaseWrapper({**connection.settings_dict, "NAME": tmp_path / "one.sqlite3", "MAY_MAKE_FILE": False}, "other")
    with pytest.raises(OperationalError, match="is not there"):
        held.ensure_connection()
    assert list(tmp_path.iterdir()) == []
