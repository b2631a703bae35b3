"""Names of the demonstration province. All of them are made up."""

from __future__ import annotations

from random import Random

PROVINCE = ("99", "澜川省", "省局")
CITIES: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "9901": ("青麓市", "青麓市局", [("990101", "东浦区"), ("990102", "西岭区"), ("990103", "南陌县"), ("990104", "北篱县")]),
    "9902": ("云汀市", "云汀市局", [("990201", "桐溪县"), ("990202", "澄湖区"), ("990203", "望汀县"), ("990204", "柳渡县")]),
    "9903": ("砺石市", "砺石市局", [("990301", "赤岩县"), ("990302", "砺北区"), ("990303", "砺南区")]),
    "9904": ("朔湾市", "朔湾市局", [("990401", "朔北县"), ("990402", "长屿县"), ("990403", "港城区")]),
}
ZONE = ("zone-gx", "高新技术产业开发区", "高新区局")

SURNAMES = "沈许周方陆唐罗江白顾韩林程冯戴贺石温葛尹卫叶邵何宋谢孟薛秦阎段雷侯龙史陶黎康毛邱钱汤武"
GIVEN_FIRST = "砚若以念青既知照景承知远既望季怀如一听云清言思书乐安宁嘉明子文亦修霁南北川"
GIVEN_SECOND = "秋谷宁之禾白微野行平远衡行海长瑾晦舟澜舒川岚霖桐樾临阳屿航朗溪泽棠蘅恒川旸澄"
STREETS = ("衡泰路", "鉴湖路", "平章街", "清源大道", "砚池巷", "秋浦路", "长风街", "望岳路")


def person_name(rng: Random, used: set[str]) -> str:
    """A name of two or three characters that no other person here bears."""
    while True:
        name = rng.choice(SURNAMES) + rng.choice(GIVEN_FIRST) + (rng.choice(GIVEN_SECOND) if rng.random() < 0.85 else "")
        if name not in used:
            used.add(name)
            return name


# kind, speciality codes, approval class, categories, name endings, how many, people from–to
INSTITUTIONS: list[tuple[str, list[str], str, list[str], tuple[str, ...], int, tuple[int, int]]] = [
    ("inspection", ["comprehensive", "lift", "pressure_vessel", "boiler"], "甲A1", ["1000", "2000", "3000", "4000", "8000"],
     ("特种设备检验研究院",), 1, (318, 318)),
    ("inspection", ["comprehensive", "lift", "pressure_vessel"], "甲B1", ["1000", "2000", "3000", "4000"],
     ("特种设备检验所", "锅炉压力容器检验所", "承压设备检验站"), 6, (74, 92)),
    ("inspection", ["lift"], "甲B2", ["3000"], ("电梯检验有限公司", "电梯检验中心"), 4, (22, 34)),
    ("testing", ["lift"], "电梯检测", ["3000"], ("电梯检测有限公司", "电梯检测技术有限公司"), 8, (16, 30)),
    ("inspection", ["cylinder"], "丙类", ["2300"], ("气瓶检验有限公司", "瓶检服务中心", "气瓶检验站"), 12, (8, 20)),
    ("inspection", ["gas_pipeline", "pressure_pipeline"], "甲B2", ["8000", "2000"], ("燃气管道检验有限公司", "压力管道检验站"), 6, (14, 26)),
    ("testing", ["ndt"], "无损检测", [], ("无损检测有限公司", "检测工程有限公司"), 7, (18, 36)),
    ("testing", ["safety_valve"], "安全阀校验", ["F000"], ("安全阀校验有限公司", "安全阀校验站"), 5, (7, 14)),
    ("type_test", ["lift"], "型式试验", ["3000"], ("型式试验中心",), 3, (24, 40)),
    ("examination", [], "", [], ("特种设备人员考试中心", "考试服务中心"), 4, (9, 16)),
    ("appraisal", [], "", [], ("鉴定评审有限公司", "评审技术中心"), 2, (14, 20)),
    ("safety_evaluation", [], "甲级", [], ("安全评价有限公司",), 2, (12, 18)),
]
WORDS = ("恒固", "正衡", "长风", "安信", "明砺", "同泰", "清源", "联气", "宏衡", "中鉴", "立准", "平川", "博衡", "守正", "启明", "远衡", "嘉测", "慎独",
         "致诚", "方圆", "准绳", "昭信", "砺行", "知微", "格物", "澄观", "允中", "执中", "秉直", "信衡")
SCHOOLS = ("澜川工学院", "青麓大学", "云汀理工大学", "砺石机电职业学院", "朔湾海事学院", "澜川广播电视大学")
TITLES = ("助理工程师", "工程师", "高级工程师")
