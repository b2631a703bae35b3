"""The words of a work report, drafted from figures. Pure: who calls brings the figures; a figure stands as {name}."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hengjian.base.wording import in_chinese
from hengjian.campaigns.models import Campaign, CaseStory
from hengjian.parties.models import Authority

# Names under which the 18 figures of the statistics table stand in a report.
NAMES = {
    "institutions_self_checked": "自查机构数", "people_checked": "排查人数",
    "practice_problem_people": "真实执业问题人数", "practice_cancelled_people": "取消执业公示人数",
    "education_problem_people": "学历问题人数", "education_cancelled_people": "学历问题注销资质人数",
    "title_problem_people": "职称问题人数", "title_cancelled_people": "职称问题注销资质人数",
    "staffing_unmet_institutions": "人员条件不满足机构数", "staffing_rectified_institutions": "人员条件已整改机构数",
    "authenticity_problem_institutions": "三类问题机构数", "authenticity_rectified_institutions": "三类问题已整改机构数",
    "institutions_inspected": "监督检查机构数", "institutions_inspected_on_site": "现场抽查机构数",
    "institutions_with_violations": "违法违规机构数", "orders_issued": "指令书份数", "cases_filed": "立案件数",
    "examination_institutions_inspected": "检查考试机构数",
}
MARK = re.compile(r"\{([^{}\n]{1,20})\}")


@dataclass(frozen=True)
class ReportFigure:
    """A figure that a report quotes: the name it stands under, its value, where it opens."""

    name: str
    value: int
    unit: str
    url: str = ""

    def plain(self) -> dict[str, Any]:
        """As it is kept with the report."""
        return {"name": self.name, "value": self.value, "unit": self.unit, "url": self.url}


@dataclass(frozen=True)
class Piece:
    """A run of text, or a figure in it."""

    text: str
    figure: ReportFigure | None = None


@dataclass(frozen=True)
class Ground:
    """What a draft is written from, beside the figures."""

    campaign: Campaign
    authority: Authority
    on: date
    kinds: Sequence[tuple[str, int]]
    coverage: Sequence[tuple[str, int, int]]
    waiting: Sequence[str]
    cases: Sequence[CaseStory]
    practices: Sequence[CaseStory]


@in_chinese
def draft_sections(ground: Ground, figures: Iterable[ReportFigure]) -> list[dict[str, Any]]:
    """Write the six sections of a report; each paragraph is one string with figures as ``{name}``."""
    held = {one.name: one.value for one in figures}
    return [
        _section("overview", "一、总体情况", _overview(ground)),
        _section("self_check", "二、自查情况", _self_check(held)),
        _section("inspection", "三、监督检查情况", _inspection(ground, held)),
        _section("rectification", "四、问题整改情况", _rectification(ground, held)),
        _section("stories", "五、典型案例和经验做法", _stories(ground)),
        _section("next", "六、下一步工作", _next(ground, held)),
    ]


def _section(key: str, title: str, paragraphs: list[str]) -> dict[str, Any]:
    return {"key": key, "title": title, "paragraphs": paragraphs}


def _overview(ground: Ground) -> list[str]:
    campaign = ground.campaign
    number = f"（{campaign.document_number}）" if campaign.document_number else ""
    day = f"{ground.on.year}年{ground.on.month}月{ground.on.day}日"
    return [
        f"按照《{campaign.title}》{number}要求，{ground.authority.name}加强组织领导，对辖区内特种设备检验检测机构进行动员部署，"
        "督促检验检测机构落实主体责任，指导、督促和跟踪检查自查工作。",
        f"截至{day}，辖区内应报送的机构{{应报机构数}}家，组织开展自查的机构{{自查机构数}}家，排查特种设备检验检测人员{{排查人数}}人；"
        "应报送的自查表{应报份数}份，已接收{已接收份数}份，逾期未报{逾期份数}份。",
    ]


def _self_check(held: Mapping[str, int]) -> list[str]:
    first = (
        "发现真实执业存在问题{真实执业问题人数}人，已取消执业公示{取消执业公示人数}人；发现学历存在问题{学历问题人数}人，"
        "已注销资质{学历问题注销资质人数}人；发现职称存在问题{职称问题人数}人，已注销资质{职称问题注销资质人数}人。"
    )
    second = (
        "发现人员资源条件不满足《核准规则》规定的检验检测机构{人员条件不满足机构数}家，已整改{人员条件已整改机构数}家；"
        "发现真实执业、学历、职称存在问题的检验检测机构{三类问题机构数}家，已整改{三类问题已整改机构数}家。"
    )
    if not any(held.get(NAMES[key]) for key in ("practice_problem_people", "education_problem_people", "title_problem_people")):
        first = "自查未发现真实执业、学历、职称存在问题的人员。"
    return [first, second]


def _inspection(ground: Ground, held: Mapping[str, int]) -> list[str]:
    found = [
        "开展检验检测质量监督检查的机构{监督检查机构数}家，其中开展检验检测现场抽查的机构{现场抽查机构数}家；开展监督检查的考试机构{检查考试机构数}家。",
        "发现存在违法违规行为的检验检测机构{违法违规机构数}家，下达安全监察指令书{指令书份数}份，立案处罚{立案件数}件。"
        if held.get(NAMES["institutions_with_violations"]) else "监督检查未发现存在违法违规行为的检验检测机构。",
    ]
    lists = [f"{title}应检查{due}家，已检查{done}家" for title, due, done in ground.coverage if due]
    return [*found, f"全覆盖检查：{'；'.join(lists)}。"] if lists else found


def _rectification(ground: Ground, held: Mapping[str, int]) -> list[str]:
    if not held.get("问题数"):
        return ["目前没有需要整改的问题。"]
    kinds = "、".join(f"{label}{count}个" for label, count in ground.kinds[:5])
    return [
        f"共发现问题{{问题数}}个（{kinds}），其中机构主动填报{{主动填报问题数}}个。",
        "已核查通过或销号{已整改问题数}个，正在整改{整改中问题数}个，超过整改时限{逾期问题数}个。对存在问题但及时主动整改的，视情节从轻处理；"
        "对隐瞒不报或者自查自改不实的，依法依规从严处理。",
    ]


def _stories(ground: Ground) -> list[str]:
    found = [f"典型案例{n}：{one.title}。{one.text}" for n, one in enumerate(ground.cases, start=1)]
    found += [f"经验做法{n}：{one.title}。{one.text}" for n, one in enumerate(ground.practices, start=1)]
    return found or ["（请从问题中选取典型案例，或填写经验做法。）"]


def _next(ground: Ground, held: Mapping[str, int]) -> list[str]:
    found = []
    if held.get("逾期份数"):
        found.append("督促逾期未报的{逾期份数}份自查表尽快报送，对仍不报送的机构开展监督检查。")
    if held.get("整改中问题数"):
        found.append("对尚未整改到位的{整改中问题数}个问题逐一跟踪，核查通过后销号，销号满90天的开展复查。")
    missing = sum(due - done for _title, due, done in ground.coverage)
    if missing:
        found.append(f"对全覆盖清单中尚未检查的{missing}家次机构开展监督检查。")
    if ground.waiting:
        found.append(f"督促{'、'.join(ground.waiting)}按期报送统计表和工作情况。")
    return found or ["巩固年行动成果，持续加强检验检测机构和人员的监管。"]


def pieces(text: str, figures: Mapping[str, ReportFigure]) -> list[Piece]:
    """Split a paragraph at its figures; names that no figure has stay as written."""
    found, at = [], 0
    for match in MARK.finditer(text):
        figure = figures.get(match[1])
        if figure is None:
            continue
        if match.start() > at:
            found.append(Piece(text[at : match.start()]))
        found.append(Piece(str(figure.value), figure))
        at = match.end()
    return [*found, Piece(text[at:])] if text[at:] or not found else found


def unknown_names(sections: Iterable[Mapping[str, Any]], figures: Mapping[str, ReportFigure]) -> list[str]:
    """Marks in the text that name no figure."""
    texts = (text for section in sections for text in section["paragraphs"])
    return sorted({name for text in texts for name in MARK.findall(text) if name not in figures})


def filled(text: str, figures: Mapping[str, ReportFigure]) -> str:
    """A paragraph with its figures written in."""
    return "".join(piece.text for piece in pieces(text, figures))


def thawed(raw: Iterable[Mapping[str, Any]]) -> dict[str, ReportFigure]:
    """Figures as they were kept with a filed report, by name."""
    return {one["name"]: ReportFigure(one["name"], one["value"], one["unit"], one.get("url", "")) for one in raw}


def paragraphs_of(text: str) -> list[str]:
    """What was typed into a section: one paragraph per line that says something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
