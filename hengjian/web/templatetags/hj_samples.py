"""Fictional data for the page of components; nothing else uses it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Page, Paginator

from hengjian.base import clock

register = template.Library()

PEOPLE = (
    ("沈砚秋", "技术负责人", "是", "是", "是", "", "own"),
    ("周以宁", "检验师", "是", "是", "-", "", "own"),
    ("陆青禾", "检验员", "是", "是", "-", "", "other"),
    ("罗知微", "检验员", "否", "是", "-", "4月离职未办理变更", "none"),
    ("裴长庚", "检验员", "", "", "", "", "own"),
)


def _counts() -> dict[str, int]:
    return {"accepted": 35, "filed": 9, "returned": 4, "draft": 5, "idle": 2, "overdue": 5}


def _months(kind: str) -> list[str]:
    return ["own"] * 12 if kind == "own" else ["own"] * 4 + [kind] * 4 + ["own"] * 4


def _roster() -> list[dict[str, Any]]:
    return [
        {
            "line": str(n),
            "name": name,
            "post": post,
            "months": _months(kind),
            "cells": [("practice", practice), ("degree", degree), ("title", title)],
            "note": note,
            "flags": "clash" if kind == "other" else "returned" if kind == "none" else "",
        }
        for n, (name, post, practice, degree, title, note, kind) in enumerate(PEOPLE, start=1)
    ]


def _timeline() -> list[dict[str, Any]]:
    def at(day: int, hour: int, minute: int) -> datetime:
        return clock.at(date(2024, 7, day), hour, minute)

    return [
        {
            "at": at(24, 10, 41),
            "who": "林知远",
            "sentence": "发出第3次催办，抄送分管负责人。",
            "post": "监管员，省局特种设备局",
            "proof": "pending",
            "receipt": "182 391",
            "icon": "bell",
        },
        {
            "at": at(23, 16, 40),
            "who": "程以宁",
            "sentence": "更正统计表第6行“已整改（家）”。",
            "post": "科员，朔湾市局",
            "proof": "sealed",
            "receipt": "181 954",
            "changes": [("", 2, 1)],
            "reason": "整改未验证，不计入。",
        },
        {
            "at": at(20, 0, 0),
            "sentence": "逾期，期限7月19日24:00已过。",
            "post": "系统，按期限自动",
            "proof": "broken",
            "receipt": "179 866",
            "icon": "overdue",
            "bad": True,
        },
        {
            "at": at(18, 17, 52),
            "who": "何承望",
            "sentence": "修改第17行。",
            "post": "填表人",
            "proof": "sealed",
            "receipt": "179 302",
            "changes": [("真实执业", "是", "否"), ("存在问题", "", "5月起在他单位缴纳社保")],
        },
    ]


def _chart(kind: str) -> dict[str, Any]:
    areas = ["青麓市", "云汀市", "砺石市", "朔湾市", "高新技术产业开发区"]
    states = {
        "accepted": [16, 9, 5, 3, 2],
        "filed": [3, 2, 2, 1, 1],
        "returned": [1, 1, 1, 1, 0],
        "draft": [1, 1, 2, 1, 0],
        "idle": [0, 0, 1, 1, 0],
        "overdue": [1, 1, 1, 2, 0],
    }
    words = {"accepted": "已接收", "filed": "已报送", "returned": "已退回", "draft": "填报中", "idle": "未开始", "overdue": "逾期"}
    if kind == "stack":
        return {
            "kind": "stack",
            "unit": "家",
            "label": "各地区自查进度",
            "categories": areas,
            "series": [{"name": words[s], "state": s, "values": v} for s, v in states.items()],
        }
    if kind == "line":
        return {
            "kind": "line",
            "unit": "%",
            "label": "按时率",
            "categories": ["3月", "4月", "5月", "6月", "7月"],
            "limit": 90,
            "limit_label": "目标90%",
            "series": [{"name": "按原期限", "values": [71, 78, 80, 84, 88]}, {"name": "按获准期限", "values": [80, 86, 91, 92, 95]}],
        }
    return {
        "kind": "flat",
        "unit": "个",
        "label": "问题按类别",
        "categories": ["真实执业", "学历", "职称", "人员资源条件", "检验仪器"],
        "series": [{"name": "问题", "values": [23, 9, 5, 4, 12]}],
    }


def _page() -> Page:
    return Paginator(range(96), 13).page(2)


_STATS = [
    {"key": "idle", "state": "idle", "label": "待确认", "count": 4},
    {"key": "draft", "state": "draft", "label": "整改中", "count": 13},
    {"key": "filed", "state": "filed", "label": "待核查", "count": 6},
    {"key": "overdue", "state": "overdue", "label": "逾期", "count": 12, "bad": True, "note": "最长3个工作日"},
    {"key": "accepted", "state": "accepted", "label": "已销号", "count": 61},
    {"key": "returned", "state": "returned", "label": "一年内复发", "count": 3},
]
_FIELDS = [
    {"name": "q", "label": "搜索问题", "placeholder": "编号、机构、问题"},
    {"name": "area", "kind": "select", "label": "全部地区", "options": [("4301", "青麓市"), ("4302", "云汀市")]},
]


@register.simple_tag
def sample(name: str) -> Any:
    """One piece of sample data."""
    today = clock.today()
    plain = {
        "counts": _counts(),
        "stats": _STATS,
        "fields": _FIELDS,
        "segments": [{"key": "", "label": "全部", "n": 42}, {"key": "no", "label": "有“否”", "n": 3}],
        "months_own": _months("own"),
        "months_other": _months("other"),
        "months_none": _months("none"),
        "today": today,
        "late": today - timedelta(days=4),
        "later": today + timedelta(days=7),
        "now": clock.now(),
        "roster": _roster(),
        "timeline": _timeline(),
        "page": _page(),
        "name": "欧阳若水",
        "number": "430100199001010010",
        "columns": [("practice", "是否在本单位真实执业"), ("degree", "学历是否真实"), ("title", "职称是否真实")],
    }
    return _chart(name.removeprefix("chart_")) if name.startswith("chart_") else plain[name]
