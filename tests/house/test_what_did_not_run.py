"""`make test` on a machine that lacks Chromium and PostgreSQL: installed, unpacked, or said in plain words."""

import subprocess
import sys
from pathlib import Path

import debian_packages
import pytest
import run_tests
import test_tools


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A machine with none of the tools, and nobody who may install them."""
    for name, value in (
        ("FOLDER", tmp_path),
        ("SYSTEM", tmp_path / "root"),
        ("PROGRAMS", tmp_path / "bin"),
        ("FONTS", tmp_path / "fonts.conf"),
    ):
        monkeypatch.setattr(debian_packages, name, value)
    monkeypatch.setattr(test_tools, "chromium_path", lambda: None)
    monkeypatch.setattr(test_tools, "postgres_folder", lambda: None)
    monkeypatch.setattr(test_tools, "_has_chinese_fonts", lambda: False)
    monkeypatch.setattr(test_tools, "_administrator", lambda: None)
    monkeypatch.delenv("HENGJIAN_TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(sys, "argv", ["run_tests.py", "--only", "browser", "--only", "postgres"])


@pytest.fixture
def apt_get(monkeypatch, tmp_path):
    """Put an apt-get of our own in the way: what it does is said in shell."""

    def put(script: str) -> None:
        places = tmp_path / "places"
        places.mkdir()
        (places / "apt-get").write_text(f"#!/bin/sh\n{script}\n")
        (places / "apt-get").chmod(0o755)
        monkeypatch.setenv("PATH", f"{places}:/usr/bin:/bin")

    return put


@pytest.mark.parametrize(("where", "code"), [("", 0), ("true", 1)])
def test_what_did_not_run_is_said_and_fails_only_on_the_build_server(bare_machine, apt_get, monkeypatch, capsys, where, code):
    apt_get("echo 'E: Unable to fetch some archives' >&2; exit 100")
    monkeypatch.setenv("CI", where)
    assert run_tests.main() == code
    said = capsys.readouterr().out
    assert "The journeys in the browser did not run: there is no Chromium here" in said
    assert "Nothing ran on PostgreSQL: it is not here" in said
    assert "E: Unable to fetch some archives" in said
    assert "apt-get install chromium fonts-noto-cjk postgresql" in said


def test_without_apt_the_reason_is_the_system(bare_machine, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [note for note in test_tools.find().notes if "this is not a Debian-like system" not in note] == []


def test_old_lists_are_fetched_anew_before_giving_up(bare_machine, apt_get, tmp_path):
    apt_get(f'echo "$@" >> {tmp_path}/calls; case "$*" in *update*) touch {tmp_path}/fresh;; esac; test -e {tmp_path}/fresh')
    assert debian_packages.unpack(["chromium"]) == ""
    calls = (tmp_path / "calls").read_text().splitlines()
    assert ["update" in call for call in calls] == [False, True, False]
    assert not (debian_packages.FOLDER / "part").exists()


def test_an_unpacked_program_finds_its_libraries_and_fonts(bare_machine, tmp_path):
    program = debian_packages.SYSTEM / "usr/lib/postgresql/15/bin/initdb"
    for folder in (program.parent, debian_packages.SYSTEM / "usr/lib/odd/private", debian_packages.SYSTEM / "usr/share/fonts"):
        folder.mkdir(parents=True)
    (debian_packages.SYSTEM / "usr/lib/odd/private/libthing.so.1").touch()
    program.write_text('#!/bin/sh\necho "$LD_LIBRARY_PATH $FONTCONFIG_FILE $1"\n')
    program.chmod(0o755)
    debian_packages._write_fonts()
    debian_packages._write_programs()
    said = subprocess.run([debian_packages.PROGRAMS / "initdb", "a b"], capture_output=True, text=True).stdout
    assert said.split() == [str(debian_packages.SYSTEM / "usr/lib/odd/private"), str(debian_packages.FONTS), "a", "b"]
    assert str(debian_packages.SYSTEM / "usr/share/fonts") in Path(debian_packages.FONTS).read_text()
