"""Typical cases and good practice as the cities of the demonstration tell them, without a name."""

from __future__ import annotations

from hengjian.campaigns import services as campaigns
from hengjian.web.demo import stage
from hengjian.web.demo.acts import Play

TOLD = (
    ("9901", "case", "社保由两家单位缴纳，自查填“是”被比对发现",
     "某检验机构自查时为一名检验员填报“是”，系统比对发现其有4个月社保由另一单位缴纳。县局约谈机构负责人，查明该人员在外兼职，"
     "机构取消其执业公示并补报说明。因自查不实，未按主动整改从轻处理，责令限期整改并纳入重点检查。", "社保 真实执业 数据比对"),
    ("9903", "case", "职称评审表与证书姓名不一致",
     "某机构自查主动填报一名人员职称证书存疑，附评审表复印件。经人社部门核实，证书非本人取得，已按规定报告发证机关。"
     "机构在规定时限内调整岗位并重新核对全部职称档案，因主动填报且整改及时，依照方案从轻处理。", "职称 主动填报 从轻处理"),
    ("9902", "practice", "学历核验一人一档，自查前先补齐",
     "市局在自查开始前组织机构逐人登录学信网核验学历，打印验证报告入卷，历史学历由毕业院校出具证明，"
     "全部核验记录在系统登记后再填表。自查中学历一栏的矛盾比上年专项检查减少七成。", "学历 核验 档案"),
)


def tell(play: Play) -> None:
    """On 23 July three cities tell what may be read by all."""
    for minute, (key, kind, title, text, keywords) in enumerate(TOLD):
        stage.at(7, 23, 17, 10 + minute)
        authority = stage.authority(key)
        campaigns.tell_story(
            play.running, actor=stage.officer(authority), authority=authority, kind=kind, story_title=title, text=text, keywords=keywords,
            checked=True,
        )
