"""Refusals carry every fault, with its place."""

import pytest

from hengjian.base.errors import BadInput, Fault, Faults


def test_one_fault_reads_as_its_message():
    refusal = BadInput("phone", "请填写电话")
    assert (str(refusal), refusal.by_field()) == ("请填写电话", {"phone": ["请填写电话"]})


def test_several_faults_are_named_with_their_places():
    faults = Faults()
    faults.add("姓名", "不能为空", sheet="人员", row=3)
    faults.add("日期", "不是日期", sheet="人员", row=4)
    with pytest.raises(BadInput) as refused:
        faults.raise_if_any()
    assert refused.value.faults[1] == Fault("日期", "不是日期", 4, "人员")
    assert str(refused.value) == "人员 第3行 姓名：不能为空；人员 第4行 日期：不是日期"


def test_no_fault_raises_nothing():
    Faults().raise_if_any()
    with pytest.raises(ValueError, match="at least one"):
        BadInput.of([])
