"""Whatever goes wrong on the command line ends in a sentence and an exit code, never in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from hengjian.base.crypto import Tampered
from hengjian.base.errors import BadInput, NotAllowed, OutOfScope
from hengjian.base.ledger.keys import KeyMissing
from hengjian.cli import entry
from tests.cli.places import fresh_places


def typed(monkeypatch, capsys, *words: str) -> tuple[int, str]:
    """Type a command in this process; return its exit code and what it said of its failure."""
    monkeypatch.setattr(sys, "argv", ["hengjian", *words])
    with pytest.raises(SystemExit) as ended:
        entry.run()
    said = capsys.readouterr()
    return ended.value.code, " ".join((said.err or said.out).split())


@pytest.mark.parametrize(("words", "code", "said"), [
    (("nonsense",), 2, "没有这个命令：nonsense"),
    (("serve", "--prt", "1"), 2, "没有 --prt 这个选项。是不是 --port"),
    (("serve", "--port", "abc"), 2, "--port 的值不对：应是整数"),
    (("serve", "--workers", "0"), 2, "--workers 的值不对：不能小于 1"),
    (("import",), 2, "缺少 PATH"),
    (("init", "--key", "43"), 2, "缺少 --province"),
    (("ledger", "show", "a", "b"), 2, "多出了参数：b"),
    (("packs", "import-xlsx", "absent.xlsx", "-o", "out"), 1, "absent.xlsx：没有这个文件"),
    (("packs", "show", "nope"), 1, "没有代码为“nope”的制度包或表单"),
    (("packs", "check", "no-such-folder"), 1, "没有这个目录：no-such-folder"),
    (("restore", "absent.tar.gz"), 1, "absent.tar.gz：没有这个文件"),
])
def test_what_is_typed_wrongly_is_said_in_chinese(monkeypatch, capsys, words, code, said):
    found, told = typed(monkeypatch, capsys, *words)
    assert (found, said in told) == (code, True), told


@pytest.mark.parametrize(("error", "said"), [
    (OutOfScope("x"), "不在这个账号的职责范围"),
    (NotAllowed("您不能导入。"), "您不能导入"),
    (BadInput("sheet", "第3行缺姓名。"), "第3行缺姓名"),
    (KeyMissing("ledger.key is missing"), "密钥文件不见了"),
    (Tampered("no data key"), "密钥与数据不是一套"),
    (ImproperlyConfigured("the master key does not open"), "设置或密钥有误"),
    (OperationalError("no such table: ledger_entry"), "请先运行 hengjian migrate"),
    (OperationalError("database is locked"), "正被别的进程占用"),
    (OperationalError("connection refused\nsecond line"), "请检查 HENGJIAN_DATABASE_URL"),
    (FileNotFoundError(2, "No such file", "/x/y"), "/x/y：没有这个文件或目录"),
    (OSError(28, "No space left", "/x"), "/x：磁盘已满"),
])
def test_each_failure_says_what_to_do(error, said):
    assert said in entry.in_words(error)


def test_what_nobody_foresaw_is_kept_for_whoever_mends_it(monkeypatch, tmp_path):
    monkeypatch.setenv("HENGJIAN_VAR", str(tmp_path))
    try:
        raise LookupError("surprise")
    except LookupError as error:
        said = entry.in_words(error)
    kept = next(tmp_path.glob("hengjian-error-*.log"))
    assert str(kept) in said
    assert "surprise" in kept.read_text()


pytestmark = pytest.mark.django_db


def test_without_a_database_no_command_makes_one(tmp_path):
    place = fresh_places(tmp_path, ("bare",))[0]
    for words in (("ledger", "verify"), ("export", tmp_path / "out", "--as", "x"), ("backup", tmp_path / "b.tar.gz"), ("worker",)):
        done = place.run(*words)
        assert done.returncode == 1
        assert "hengjian migrate" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (place.var / "hengjian.sqlite3").exists()


def test_a_lost_key_and_a_wrong_setting_are_named(tmp_path):
    place = fresh_places(tmp_path, ("keys",))[0]
    assert place.run("migrate").returncode == 0
    place.python("from tests import factories\nfrom hengjian.base.ledger.sequencer import sequence_all\nfactories.authority('湘南省','43','province')\nsequence_all()")
    (place.var / "keys" / "ledger.key").unlink()
    done = place.run("ledger", "verify")
    assert (done.returncode, "密钥文件不见了" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    wrong = {**os.environ, "HENGJIAN_VAR": str(place.var), "HENGJIAN_SMTP_PORT": "many", "NO_COLOR": "1"}
    wrong.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run([sys.executable, "-m", "hengjian", "doctor"], env=wrong, capture_output=True, text=True)
    assert (done.returncode, "HENGJIAN_SMTP_PORT 应是整数" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
