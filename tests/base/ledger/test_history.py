"""The history of an object reads as sentences, and each sentence can be proved to an outsider."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hengjian.base.actions import audited_action, title
from hengjian.base.ledger import checkpoints, verify_proof
from hengjian.base.ledger.history import ProofState, history
from hengjian.base.ledger.proofs import NotSealed, proof_for, write_proof
from hengjian.base.ledger.sequencer import sequence_all
from hengjian.base.ledger.triggers import without_triggers
from hengjian.base.models import LedgerEntry
from tests.base.ledger.models import Basket

KIND = "ledger_tests.apple"


def texts(apple):
    return [sentence.text for sentence in history(KIND, apple.pk)]


def test_a_change_of_state_reads_as_a_clerk_would_say_it(grow, change):
    (apple,) = grow(1)
    change(apple, state="awaiting")
    assert texts(apple) == ["张三（监管员）登记了苹果“苹果0”", "张三（监管员）把状态由“整改中”改为“待核查”"]


def test_several_changes_are_one_sentence(grow, change):
    (apple,) = grow(1)
    change(apple, is_done=True, due_on=date(2024, 7, 10), seen_at=datetime(2024, 7, 1, 8, tzinfo=UTC))
    change(apple, due_on=None)
    assert texts(apple)[1:] == [
        "张三（监管员）把期限填为“2024年7月10日”，把查看时间填为“2024年7月1日 16:00”，把完成由“否”改为“是”",
        "张三（监管员）清空了期限（原为“2024年7月10日”）",
    ]


def test_personal_values_are_not_told(grow, change):
    (apple,) = grow(1)
    change(apple, phone="13811112222")
    assert texts(apple)[1] == "张三（监管员）改了手机号"


def test_a_foreign_key_is_told_by_the_name_of_the_other_row(grow, change, clerk):
    with audited_action("baskets.weave", actor=clerk) as act:
        basket = act.add(Basket(name="竹篮"))
    (apple,) = grow(1)
    change(apple, basket=basket)
    assert texts(apple)[1] == "张三（监管员）把所在篮子填为“竹篮”"


def test_a_removal_and_an_act_without_change_are_told(grow, clerk):
    (apple,) = grow(1)
    title("apples.look", "查看了苹果的手机号")
    for action in ("apples.look", "apples.touch"):
        with audited_action(action, actor=clerk) as act:
            act.take(apple)
    with audited_action("apples.eat", actor=clerk, reason="熟了") as act:
        act.remove(apple)
    assert texts(apple)[1:] == [
        "张三（监管员）查看了苹果的手机号",
        "张三（监管员）办理了苹果“苹果0”，内容未变",
        "张三（监管员）删除了苹果“苹果0”",
    ]
    assert history(KIND, apple.pk)[-1].reason == "熟了"


def test_each_sentence_says_whether_it_is_sealed(grow, change):
    (apple,) = grow(1)
    sequence_all()
    change(apple, name="国光")
    sealed, waiting = history(KIND, apple.pk)
    assert (sealed.state, sealed.sequence, sealed.state.label) == (ProofState.SEALED, 0, "已封存")
    assert (waiting.state, waiting.sequence, waiting.state.label) == (ProofState.WAITING, None, "待封存")
    with without_triggers():
        LedgerEntry.objects.filter(sequence=0).update(actor_name="李四")
    assert history(KIND, apple.pk)[0].state is ProofState.BROKEN


def test_an_unreadable_entry_is_told_as_such(grow):
    (apple,) = grow(1)
    with without_triggers():
        LedgerEntry.objects.update(body="x")
    assert texts(apple) == ["张三（监管员）：apples.grow（内容已无法读取）"]


def test_the_history_of_a_table_that_is_gone_is_still_told(grow):
    (apple,) = grow(1)
    assert history("gone.table", apple.pk) == []


def run_verifier(*arguments):
    script = Path(verify_proof.__file__)
    done = subprocess.run([sys.executable, "-I", "-S", script, *arguments], capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def proof(grow):
    (*_, apple) = grow(300)
    sequence_all()
    grow(20)
    sequence_all()
    return proof_for(LedgerEntry.objects.get(object_id=apple.pk))


def test_a_proof_is_accepted_by_the_stand_alone_verifier(proof, tmp_path):
    file = tmp_path / "a.hjproof"
    file.write_text(write_proof(proof), encoding="utf-8")
    code, said = run_verifier(file, "--key", checkpoints.signer().verifier)
    assert (code, said.splitlines()[0][:2]) == (0, "通过")
    assert "张三（监管员）" in said
    assert "苹果299" in said
    code, said = run_verifier(file)
    assert code == 0
    assert "请与监管部门公布的公钥核对" in said


def spoilt(proof):
    path, note = proof["path"], proof["checkpoint"]
    return {
        "the entry": proof | {"entry": proof["entry"].replace("张三", "李四")},
        "the index": proof | {"index": proof["index"] + 1},
        "the size": proof | {"size": proof["size"] - 1},
        "a path hash": proof | {"path": [path[0][::-1], *path[1:]]},
        "a shorter path": proof | {"path": path[:-1]},
        "a longer path": proof | {"path": [*path, path[0]]},
        "the root": proof | {"checkpoint": note.replace(note.split("\n")[2], "A" * 43 + "=")},
        "the signature": proof | {"checkpoint": note[:-10] + ("A" if note[-10] != "A" else "B") + note[-9:]},
        "no signature": proof | {"checkpoint": note.rpartition("\n\n")[0]},
        "another format": proof | {"format": "x"},
        "nothing": {},
    }


def test_every_spoilt_proof_is_refused(proof):
    key = checkpoints.signer().verifier
    verify_proof.check(proof, key)
    accepted = []
    for name, one in spoilt(proof).items():
        try:
            verify_proof.check(one, key)
        except (verify_proof.Refused, ValueError, KeyError):
            continue
        accepted.append(name)
    assert accepted == []


def test_the_verifier_prints_a_refusal_and_fails(proof, tmp_path):
    file = tmp_path / "a.hjproof"
    file.write_text(json.dumps(spoilt(proof)["the entry"]), encoding="utf-8")
    code, said = run_verifier(file)
    assert code == 1
    assert said.startswith("不通过：")


def test_another_key_is_refused(proof):
    other = checkpoints.verifier_of("hengjian/local", checkpoints.signer().public[::-1])
    with pytest.raises(verify_proof.Refused):
        verify_proof.check(proof, other)


def test_a_waiting_entry_has_no_proof_yet(grow):
    (apple,) = grow(1)
    with pytest.raises(NotSealed):
        proof_for(LedgerEntry.objects.get(object_id=apple.pk))
