"""Checks of packs: shape, totals, references, order; what is refused and in which words."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from hengjian.forms.packs import BUILT_IN, PackFaults, Statistics, check, digest, find, load, load_all, parse, show
from hengjian.forms.packs.vocabulary import INDICATORS

PACK = {
    "pack": "local", "version": 1, "issuer": "澜川省局", "title": "演示文件", "number": None, "date": "2024-07-01",
    "verified": False,
}
CODES = {
    "roster": "cn-37-05.2024-40.annex1",
    "checklist": "cn-31.2024-317.annex1",
    "scored_checklist": "cn-31.2024-317.annex3",
    "statistics": "cn-31.2024-317.annex4",
    "campaign": "cn-37-05.2024-40.campaign",
    "lists": "cn-43.2023-conduct.lists",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "own"
    place.mkdir()
    (place / "pack.yaml").write_text(yaml.safe_dump(PACK, allow_unicode=True), encoding="utf-8")
    return tmp_path


@pytest.fixture
def faults_of(folder: Path) -> Callable[[dict[str, Any]], list[str]]:
    def run(document: dict[str, Any]) -> list[str]:
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        (folder / "own" / "form.yaml").write_text(text, encoding="utf-8")
        return [f"{each.place}：{each.say}" for each in check([folder])]

    return run


def own(kind: str, **change: Any) -> dict[str, Any]:
    return find(CODES[kind]).document | {"code": "local.form", "version": 1} | change


def test_the_built_in_packs_are_sound():
    assert check() == []


def test_every_definition_of_the_five_documents_is_there():
    assert sorted({each.code for each in load() if not each.code.startswith("national.")}) == [
        "cn-23.2012-127.authority-list", "cn-23.2012-127.campaign", "cn-23.2012-127.institution-list",
        "cn-31.2024-317.annex1", "cn-31.2024-317.annex2", "cn-31.2024-317.annex3", "cn-31.2024-317.annex4",
        "cn-31.2024-317.campaign",
        "cn-37-05.2024-40.annex1", "cn-37-05.2024-40.annex2", "cn-37-05.2024-40.campaign",
        "cn-43.2023-conduct.appraisal-body", "cn-43.2023-conduct.campaign", "cn-43.2023-conduct.exam-institution",
        "cn-43.2023-conduct.inspection-institution", "cn-43.2023-conduct.licensing-authority",
        "cn-43.2023-conduct.lists", "cn-43.2023-conduct.notification-authority",
        "cn-43.2023-conduct.supervising-authority",
        "cn-43.2024-standardisation.annex1", "cn-43.2024-standardisation.annex2", "cn-43.2024-standardisation.campaign",
    ]


@pytest.mark.parametrize("kind", CODES)
def test_a_copy_under_an_own_code_is_sound(kind, faults_of):
    assert faults_of(own(kind)) == []


def test_the_statistics_tables_have_the_18_figures():
    for code in ("cn-43.2024-standardisation.annex2", "cn-37-05.2024-40.annex2", "cn-31.2024-317.annex4"):
        table = find(code)
        assert isinstance(table, Statistics)
        assert len(table.cells) == 18
        assert {cell.indicator for cell in table.cells} == INDICATORS


def changed(kind: str, path: list[Any], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(own(kind))
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is KeyError:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


REFUSALS = [
    ("roster", ["title"], KeyError, "缺少title"),
    ("roster", ["version"], 0, "version：不能小于1"),
    ("roster", ["colour"], "红", "不认识的键：colour"),
    ("roster", ["verified"], "已核对", "verified：应是true 或 false"),
    ("roster", ["source", "date"], "2024-02-30", "source.date：不是有效日期：“2024-02-30”"),
    ("roster", ["list", "columns", 0, "type"], "image", "list.columns[1].type：应是"),
    ("roster", ["head", 1, "personal"], True, "只能由名录或账号预填"),
    ("roster", ["na"], "/", "na：“/”不在 answers 中"),
    ("roster", ["summary", "rows", 5, "from"], {"count": {"practice": "否"}}, "清单没有可以计数的栏“practice”"),
    ("roster", ["summary", "rows", 1, "from"], {"registry": "shoe_size"}, "系统没有可以预填的“shoe_size”"),
    ("roster", ["layout", "blocks", 0], {"paragraphs": ["空"]}, "版式没有印出汇总项“people_total”"),
    ("roster", ["provenance"], {"say": "借用", "borrowed_from": ["no.such"]}, "没有代码为“no.such”的定义"),
    ("checklist", ["sections", 0, "topics", 0, "items"], [], "至少要有1项"),
    ("checklist", ["sections", 0, "topics", 0, "items", 1, "key"], "1.1.1", "检查项“1.1.1”出现了2次"),
    ("scored_checklist", ["groups", 0, "points"], 11, "各组分值合计101，应为100"),
    ("scored_checklist", ["groups", 8, "points"], 4, "加分合计4，应为5"),
    ("scored_checklist", ["items", 3, "n"], 5, "序号应从1起连续编排"),
    ("scored_checklist", ["items", 0, "group"], "luck", "没有一级指标“luck”"),
    ("scored_checklist", ["items", 1, "by"], ["资料"], "by 与印出的督查方式“资料/现场”不一致"),
    ("scored_checklist", ["scoring", "total"], 99, "各组分值合计100，应为99"),
    ("statistics", ["cells", 0, "indicator"], "moon_phase", "系统没有名为“moon_phase”的指标"),
    ("statistics", ["cells", 3, "of"], "nothing", "所属的数字“nothing”不存在"),
    ("statistics", ["rules", 0, "right"], "nothing", "没有数字“nothing”"),
    ("statistics", ["rules", 0, "rule"], "smaller", "rules[1]：rule 应是 le、le_sum"),
    ("statistics", ["rules", 0, "right"], KeyError, "rules[1]：缺少right"),
    ("statistics", ["layout", "title"], KeyError, "缺少title"),
    ("campaign", ["forms", 0, "code"], "no.such", "没有代码为“no.such”第1版的定义"),
    ("campaign", ["deadlines", 0, "form"], "no_such", "“no_such”既不是 forms 中的表单，也不是 reports 中的报告"),
    ("campaign", ["deadlines", 0, "due"], "2024-07-16", "期限晚于上一级报送“self_check_collated”的期限"),
    ("campaign", ["deadlines", 0, "due"], "2025-07-10", "2025-07-10不在行动起止日期之内"),
    ("campaign", ["deadlines", 0, "due"], KeyError, "deadlines[1]：due 和 recurring 应写一个，且只写一个"),
    ("campaign", ["deadlines", 0, "to"], "institution", "应由下级报上级"),
    ("campaign", ["deadlines", 4, "due"], "2024-07-15", "第2次期限不晚于第1次"),
    ("campaign", ["phases", 3, "starts_on"], "2024-10-01", "阶段“总结提升阶段”早于前一阶段“监督检查阶段”"),
    ("campaign", ["tasks", 0, "forms"], ["cn-31.2024-317.annex1"], "没有列入 forms"),
    ("lists", ["lists", 0, "layout"], {}, "缺少title"),
    ("lists", ["code"], "else.where", "代码应以“local.”开头"),
    ("lists", ["kind"], "poem", "种类应是roster"),
]


@pytest.mark.parametrize(("kind", "path", "value", "words"), REFUSALS)
def test_a_faulty_definition_is_refused_in_words(kind, path, value, words, faults_of):
    found = faults_of(changed(kind, path, value))
    assert [each for each in found if words in each], found


def test_a_code_may_stand_only_once_in_one_version(folder):
    text = yaml.safe_dump(own("lists"), allow_unicode=True)
    (folder / "own" / "a.yaml").write_text(text, encoding="utf-8")
    (folder / "own" / "b.yaml").write_text(text, encoding="utf-8")
    assert [(each.file, each.say) for each in check([folder])] == [
        ("own/a.yaml", "代码“local.form”第1版出现了2次"), ("own/b.yaml", "代码“local.form”第1版出现了2次"),
    ]


def test_a_later_version_stands_beside_the_earlier(folder):
    (folder / "own" / "a.yaml").write_text(yaml.safe_dump(own("lists"), allow_unicode=True), encoding="utf-8")
    (folder / "own" / "b.yaml").write_text(yaml.safe_dump(own("lists", version=2), allow_unicode=True), encoding="utf-8")
    assert check([folder]) == []
    assert find("local.form", extra=[folder]).version == 2
    assert find("local.form", 1, extra=[folder]).version == 1
    assert len(load_all([folder])) == len(load()) + 2


@pytest.mark.parametrize(("text", "place", "words"), [
    ("kind: roster\nkind: lists\n", "第2行第1列", "“kind”写了两次"),
    ("kind: [roster\n", "第2行第1列", "YAML 写法有误"),
    ("- kind\n", "", "文件应是一组“键: 值”"),
    ("kind: roster\nversion: 1.5\n", "", "不能用小数"),
])
def test_unreadable_yaml_is_refused_with_its_place(folder, text, place, words):
    (folder / "own" / "form.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackFaults) as refused:
        load(folder)
    assert [(each.file, each.place) for each in refused.value.faults] == [("own/form.yaml", place)]
    assert words in refused.value.faults[0].say


def test_a_file_in_another_encoding_is_refused(folder):
    (folder / "own" / "form.yaml").write_bytes("title: 表".encode("gb18030"))
    assert [each.say for each in check([folder])] == ["文件不是 UTF-8 编码，请另存为 UTF-8"]


def test_a_folder_without_pack_yaml_is_refused(tmp_path):
    (tmp_path / "form.yaml").write_text(yaml.safe_dump(own("lists"), allow_unicode=True), encoding="utf-8")
    assert [each.file for each in check([tmp_path])] == ["pack.yaml"]


def test_staffing_conditions_are_checked_but_are_no_forms(tmp_path):
    document = {
        "kind": "staffing", "code": "local.staffing", "version": 1, "title": "人员条件", "source": "演示", "verified": False,
        "valid_from": "2022-01-01", "classes": [{"approval_class": "甲", "figures": {"inspectors": {"title": "检验人员数"}}}],
    }
    (tmp_path / "staffing.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    assert [(each.place, each.say) for each in check([tmp_path])] == [("classes[1].figures.inspectors", "缺少minimum")]
    document["classes"] = [{"approval_class": "甲", "figures": {"inspectors": {"title": "检验人员数", "minimum": None}}}]
    (tmp_path / "staffing.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    assert check([tmp_path]) == []
    assert load(tmp_path) == []


def test_a_missing_folder_is_said(tmp_path):
    assert [each.say for each in check([tmp_path / "none"])] == ["文件夹不存在"]


def test_words_of_yaml_stay_words(folder):
    document = own("lists", title="no", notes=["2024-07-01", "on", "是"])
    text = yaml.safe_dump(document, allow_unicode=True).replace("'no'", "no").replace("'2024-07-01'", "2024-07-01")
    (folder / "own" / "form.yaml").write_text(text.replace("'on'", "on"), encoding="utf-8")
    definition = load(folder)[0]
    assert (definition.title, definition.notes) == ("no", ("2024-07-01", "on", "是"))


def test_the_digest_depends_on_the_content_alone():
    document = find("cn-31.2024-317.annex4").document
    assert digest(document) == digest(dict(reversed(document.items())))
    assert digest(document) != digest(document | {"version": 2})
    assert digest({"title": "甲", "version": 1}) == "dd504949c33fdfcd9022cb42480c0ec3c67df09a635ddecf27e94055e559c5d0"


def test_a_definition_is_rebuilt_from_what_was_kept_of_it():
    for definition in load():
        again = parse(definition.document, definition.pack, definition.origin)
        assert again == definition


def test_a_definition_cannot_be_changed():
    definition = find("cn-31.2024-317.annex4")
    with pytest.raises(AttributeError):
        definition.title = "别的"  # type: ignore[misc]
    definition.document["title"] = "别的"
    assert find("cn-31.2024-317.annex4").title == definition.document["title"]


@pytest.mark.parametrize("code", [each.code for each in load()])
def test_every_definition_can_be_shown(code):
    text = show(code)
    definition = find(code)
    assert definition.title in text
    assert definition.digest in text
    assert ("未核对官方文本" in text) is not definition.verified


def test_showing_an_unknown_code_is_a_key_error():
    with pytest.raises(KeyError):
        show("no.such")


def test_the_built_in_folder_is_that_of_the_package():
    assert (BUILT_IN / "cn-31" / "2024-317" / "pack.yaml").exists()
