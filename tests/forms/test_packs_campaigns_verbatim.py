"""The campaign templates against the documents: tasks and phases word for word, every deadline."""

from __future__ import annotations

import re
from datetime import date

import pytest

from hengjian.forms.packs import CampaignTemplate, find, load
from tests.forms.packs_seeds import SEEDS, between, clauses, seed_of

CAMPAIGNS = [each.code for each in load() if isinstance(each, CampaignTemplate)]
HUNAN, DONGYING, SHANGHAI, CONDUCT, HEILONGJIANG = (
    f"{each}.campaign" for each in (
        "cn-43.2024-standardisation", "cn-37-05.2024-40", "cn-31.2024-317", "cn-43.2023-conduct", "cn-23.2012-127",
    )
)


def template(code: str) -> CampaignTemplate:
    found = find(code)
    assert isinstance(found, CampaignTemplate)
    return found


def chapters(code: str) -> dict[str, list[str]]:
    """Tasks and requirements by the first numeral of their clause, each as the paragraph it was cut from."""
    found: dict[str, list[str]] = {}
    campaign = template(code)
    for task in (*campaign.tasks, *campaign.requirements):
        words = ("" if task.own_title else task.title) + task.text
        words += "".join(each.mark + each.title + each.text for each in task.subtasks)
        number = "" if task.own_title else task.clause[1:]
        found.setdefault(task.clause[0], []).append(number + words)
    return found


CHAPTERS = [
    (HUNAN, "二", "二、重点任务", "三、工作要求"),
    (HUNAN, "三", "三、工作要求", "-附件：1."),
    (DONGYING, "三", "三、工作内容", "五、工作步骤"),
    (SHANGHAI, "一", "一、加强特种设备检验检测机构规范化建设", "二、加强特种设备检验检测机构专业化建设"),
    (SHANGHAI, "二", "二、加强特种设备检验检测机构专业化建设", "三、持续加强特种设备检验检测行风建设"),
    (SHANGHAI, "三", "三、持续加强特种设备检验检测行风建设", "四、工作要求"),
    (SHANGHAI, "四", "四、工作要求", "-附件：1."),
    (CONDUCT, "一", "一、抓好重点环节行风监督", "二、完善行风建设长效机制"),
    (CONDUCT, "二", "二、完善行风建设长效机制", "三、工作要求"),
    (CONDUCT, "三", "三、工作要求", "联系人：○○○"),
    (HEILONGJIANG, "三", "三、专项治理工作主要内容", "四、时间安排"),
    (HEILONGJIANG, "六", "六、工作要求", "联系人：○○○"),
]


@pytest.mark.parametrize(("code", "numeral", "start", "end"), CHAPTERS)
def test_the_tasks_are_the_paragraphs_of_the_chapter(code, numeral, start, end):
    text = between(seed_of(template(code)), start, end)
    text = re.sub(r"，联系人：○○○，电话：○○○|（联系人：○○○，电话：○○○）", "", text)
    assert "".join(chapters(code)[numeral]) == "".join(clauses(text))


def test_every_chapter_of_every_campaign_is_compared():
    assert {(code, numeral) for code in CAMPAIGNS for numeral in chapters(code)} == {
        (code, numeral) for code, numeral, _, _ in CHAPTERS
    }


def test_the_phases_of_dongying_are_the_paragraphs_of_chapter_five():
    campaign = template(DONGYING)
    text = between(seed_of(campaign), "五、工作步骤", "联系电话：○○○")
    assert [
        f"{each.clause[1:]}{each.title}（{each.printed}）。{each.text}" for each in campaign.phases
    ] == clauses(text)
    assert [(each.starts_on, each.ends_on) for each in campaign.phases] == [
        (None, date(2024, 6, 30)), (None, date(2024, 7, 10)), (date(2024, 7, 10), date(2024, 10, 31)),
        (date(2024, 11, 1), date(2024, 11, 10)),
    ]


def test_the_phases_of_heilongjiang_are_those_of_chapter_four():
    campaign = template(HEILONGJIANG)
    text = between(seed_of(campaign), "第一阶段（", "五、组织领导")
    assert "".join(f"{each.mark}（{each.printed}）{each.title}：{each.text}" for each in campaign.phases) == text
    assert [(each.starts_on, each.ends_on) for each in campaign.phases] == [
        (date(2012, 7, 20), date(2012, 7, 31)), (date(2012, 8, 1), date(2012, 8, 25)),
        (date(2012, 8, 26), date(2012, 9, 30)),
    ]


@pytest.mark.parametrize("code", CAMPAIGNS)
def test_what_a_campaign_quotes_stands_in_its_document(code):
    campaign = template(code)
    text = seed_of(campaign)
    quoted = [campaign.title, campaign.short_title, campaign.audience_text, campaign.purpose]
    quoted += [each.printed for each in campaign.deadlines] + [each.title for each in campaign.reports]
    quoted += [each.place_text for each in campaign.deadlines] + [each.copy_when for each in campaign.deadlines]
    quoted += [words for each in (*campaign.coverage, *campaign.priorities) for words in (each.text, each.title)]
    ours = {"安全评价检测检验机构专项治理"}
    assert [each for each in quoted if each not in text and each not in ours] == []


DEADLINES = {
    HUNAN: [
        ("annex1", "institution", "city", "2024-07-31"), ("annex2", "city", "province", "2024-07-31"),
        ("work_report", "city", "province", "2024-07-31"), ("annex2", "city", "province", "2024-11-30"),
        ("work_report", "city", "province", "2024-11-30"),
    ],
    DONGYING: [
        ("annex1", "institution", "county", "2024-07-10"), ("annex1", "county", "city", "2024-07-15"),
        ("annex2", "county", "city", "2024-07-15"), ("stage_report", "county", "city", "2024-07-15"),
        ("annex2", "county", "city", "2024-11-10"), ("work_report", "county", "city", "2024-11-10"),
    ],
    SHANGHAI: [
        ("annex1", "institution", "county", "2024-07-23"), ("annex2", "institution", "county", "2024-07-23"),
        ("annex4", "county", "province", "2024-07-26"), ("work_report", "county", "province", "2024-07-26"),
        ("annex4", "county", "province", "2024-11-15"), ("work_report", "county", "province", "2024-11-15"),
    ],
    CONDUCT: [("work_summary", "city", "province", "2023-12-20")],
    HEILONGJIANG: [
        ("institution-list", "institution", "province", "2012-08-25"),
        ("self_check_report", "institution", "province", "2012-08-25"),
        ("authority-list", "city", "province", "2012-08-25"), ("self_check_report", "city", "province", "2012-08-25"),
        ("work_summary", "city", "province", "2012-09-20"),
    ],
}


@pytest.mark.parametrize("code", CAMPAIGNS)
def test_the_deadlines_are_those_of_the_document(code):
    assert [
        (each.form.rsplit(".", 1)[-1], each.from_, each.to, each.due.isoformat())
        for each in template(code).deadlines if each.due
    ] == DEADLINES[code]


def test_the_returns_of_heilongjiang_fall_on_the_15th_and_30th():
    progress = next(each for each in template(HEILONGJIANG).deadlines if each.recurring)
    assert [each.isoformat() for each in progress.dates] == [
        "2012-07-30", "2012-08-15", "2012-08-30", "2012-09-15", "2012-09-30", "2012-10-15", "2012-10-30", "2012-11-15",
        "2012-11-30",
    ]


def test_the_lists_to_cover_in_full_are_those_of_the_documents():
    assert [each.title for each in template(HUNAN).coverage] == [
        "气瓶检验机构", "电梯检验检测机构", "开展燃气压力管道和相关压力容器检验的检验机构",
    ]
    assert [each.title for each in template(SHANGHAI).coverage] == ["电梯检验、检测机构"]
    assert template(DONGYING).coverage == ()
    assert len(template(DONGYING).priorities) == 3


@pytest.mark.parametrize("code", CAMPAIGNS)
def test_no_contact_person_is_carried_over(code):
    assert template(code).contacts == ()
    assert template(code).contacts_note == "见文件原文"


def test_the_copies_of_the_documents_hold_no_telephone_no_address_and_no_name():
    for path in SEEDS.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\S+@\S+|(?<![\d=])0\d{2,3}-\d{7,8}|1[3-9]\d{9}|(?<![\d=_])\d{7,8}(?!\d)", text) == []
        assert re.findall(r"(?:联\s*系\s*人|组\s*长|成\s*员|电话|邮\s*箱)：\s*(?!○○○|填报日期|填表)(\S+)", text) == []


def test_every_pack_names_its_document():
    of_documents = [each for each in load() if not each.code.startswith("national.")]
    assert len({each.code for each in of_documents}) == 22
    for definition in of_documents:
        assert definition.pack is not None
        text = seed_of(definition)
        assert definition.pack.issuer in text
        assert definition.pack.title in text
        assert definition.source.doc == definition.pack.title
        assert definition.source.date == definition.pack.date
        if definition.pack.number:
            assert definition.pack.number in text
