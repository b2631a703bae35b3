"""From a cell to a typed value, or to words that say what is wrong and how to mend it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.normalising import normalise_code, normalise_phone, normalise_text
from hengjian.base.texts import seen
from hengjian.base.wording import in_chinese
from hengjian.registry.exchange.columns import SAID, Column
from hengjian.registry.identifiers import phone_fault, uscc_fault

BLANK = {"", "-", "—", "－", "/", "无", "none", "null", "nan"}
YES = {"是", "√", "✓", "Y", "YES", "TRUE", "1", "全职", "T"}
NO = {"否", "×", "N", "NO", "FALSE", "0", "兼职", "F", "非全职"}
FIRST_DAY = date(1950, 1, 1)
_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*[-./年]?\s*(\d{1,2})\s*月?")
_LIST = re.compile(r"[;；,，、\s]+")


class CellRefused(ValueError):
    """What is wrong with a cell, in Chinese, with the remedy."""


def is_blank(value: Any) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and normalise_text(value).lower() in BLANK)


def typed(column: Column, value: Any) -> Any:
    """Return the typed value of a cell that is not blank. Raises ``CellRefused``."""
    return _KINDS[column.kind](column, value)


def _text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return str(int(value))
    return str(value)


def _text(column: Column, value: Any) -> str:
    text = normalise_text(_text_of(value))
    if "\0" in text or seen(text) != text:
        raise CellRefused(_("含有无法显示的字符，请重新填写此格。"))
    if len(text) > column.limit:
        raise CellRefused(_("最多%(limit)d个字，现为%(count)d个字，请缩短。") % {"limit": column.limit, "count": len(text)})
    return text


def _name(column: Column, value: Any) -> str:
    text = _text(column, value)
    # 张 三: blanks between Chinese characters come from alignment, not from the name
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", text)


def _code(column: Column, value: Any) -> str:
    if isinstance(value, float):
        raise CellRefused(_("编号须为文本，请把该列设为“文本”格式后重新填写。"))
    return normalise_code(_text(column, value))


def _id(_column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise CellRefused(_("身份证号须为文本：数字格式会丢失末几位，请把该列设为“文本”格式后重新填写。"))
    code = normalise_code(value)
    if len(code) > 64:
        raise CellRefused(_("证件号码过长，请核对。"))
    return code


def _uscc(_column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise CellRefused(_("统一社会信用代码须为文本，请把该列设为“文本”格式后重新填写。"))
    code = normalise_code(value)
    fault = uscc_fault(code)
    if fault:
        raise CellRefused(fault)
    return code


def _payer(_column: Column, value: Any) -> str:
    code = normalise_code(_text_of(value))
    fault = uscc_fault(code)
    if fault:
        raise CellRefused(_("请填写缴费单位的统一社会信用代码。") + fault)
    return code


def _phone(_column: Column, value: Any) -> str:
    number = normalise_phone(_text_of(value))
    fault = phone_fault(number)
    if fault:
        raise CellRefused(fault)
    return number


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return (value + timedelta(seconds=1)).date() if value.microsecond > 999_000 else value.date()
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", _text_of(value)).strip()
    found = _DATE.fullmatch(text) or _EIGHT.fullmatch(text)
    if found is None:
        raise CellRefused(_("不是完整的日期，请写成2024-07-01的样子（年、月、日都要有）。"))
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise CellRefused(_("没有这一天，请核对年月日。")) from None


def _in_range(day: date, years_ahead: int) -> date:
    last = clock.today().replace(month=12, day=31).year + years_ahead
    if day < FIRST_DAY or day.year > last:
        raise CellRefused(_("日期应在1950年至%(last)d年之间，请核对。") % {"last": last})
    return day


def _date(_column: Column, value: Any) -> date:
    return _in_range(_day(value), 2)


def _until(_column: Column, value: Any) -> date | None:
    if isinstance(value, str) and normalise_text(value) in ("长期", "长期有效"):
        return None
    return _in_range(_day(value), 20)


def _month(_column: Column, value: Any) -> date:
    if isinstance(value, (date, datetime)):
        return _in_range(_day(value), 1).replace(day=1)
    text = unicodedata.normalize("NFKC", _text_of(value)).strip()
    found = _MONTH.fullmatch(text)
    if found is None:
        return _in_range(_day(value), 1).replace(day=1)
    if not 1 <= int(found[2]) <= 12:
        raise CellRefused(_("没有这个月份，请写成2024-07的样子。"))
    return _in_range(date(int(found[1]), int(found[2]), 1), 1)


def _bool(_column: Column, value: Any) -> bool:
    said = normalise_code(_text_of(value))
    if said in YES or said in NO:
        return said in YES
    raise CellRefused(_("请填“是”或“否”。"))


def _choice(column: Column, value: Any) -> str:
    return one_choice(column, normalise_text(_text_of(value)))


@cache
@in_chinese
def _words_of(choices: Any) -> dict[str, str]:
    """What may be written for each of the choices: its code, its label, or what people call it; the first wins."""
    held, found = list(choices), dict[str, str]()
    for one in held:
        found.setdefault(one.value, str(one.value))
        found.setdefault(unicodedata.normalize("NFKC", str(one.label)), str(one.value))
    for said, meant in SAID.items():
        if any(meant is one for one in held):
            found.setdefault(said, str(meant.value))
    return found


def one_choice(column: Column, said: str) -> str:
    """The code of what somebody wrote for one of the choices. Raises ``CellRefused`` with the list of them."""
    plain = unicodedata.normalize("NFKC", said).replace(" ", "")
    known = _words_of(column.choices).get(plain)
    return known if known is not None else _no_choice(column, said)


@in_chinese
def _no_choice(column: Column, said: str) -> str:
    labels = "、".join(str(one.label) for one in column.choices)
    raise CellRefused(_("不认识“%(said)s”，请从下列各项中选填：%(labels)s。") % {"said": said[:20], "labels": labels})


def _list(_column: Column, value: Any) -> list[str]:
    text = normalise_text(_text_of(value))
    found = [normalise_code(one) for one in _LIST.split(text) if one]
    if any(len(one) > 12 for one in found) or len(found) > 60:
        raise CellRefused(_("请填设备类别代码，多个代码用分号隔开，例如3000;4000。"))
    return list(dict.fromkeys(found))


def _list_choice(column: Column, value: Any) -> list[str]:
    parts = [one for one in _LIST.split(normalise_text(_text_of(value))) if one]
    return list(dict.fromkeys(one_choice(column, one) for one in parts))


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(unicodedata.normalize("NFKC", _text_of(value)).strip())
    except InvalidOperation:
        raise CellRefused(_("请填数字。")) from None
    if not number.is_finite():
        raise CellRefused(_("请填数字。"))
    return number


def _year(_column: Column, value: Any) -> int:
    text = unicodedata.normalize("NFKC", _text_of(value)).strip().removesuffix("年").removesuffix("年度")
    if not re.fullmatch(r"(19|20)\d\d", text):
        raise CellRefused(_("请填四位年份，例如2024。"))
    return int(text)


def _hours(_column: Column, value: Any) -> Decimal:
    number = _number(value)
    if not 0 <= number <= 999:
        raise CellRefused(_("学时应在0到999之间，请核对。"))
    return number.quantize(Decimal("0.1"))


def _coordinate(column: Column, value: Any) -> Decimal:
    number = _number(value)
    most = 90 if column.key == "latitude" else 180
    if abs(number) > most:
        raise CellRefused(_("经纬度超出范围，请核对。"))
    return number.quantize(Decimal("0.000001"))


def _ignored(_column: Column, _value: Any) -> None:
    return None


_KINDS: dict[str, Callable[[Column, Any], Any]] = {
    "text": _text, "name": _name, "code": _code, "id": _id, "uscc": _uscc, "payer": _payer, "phone": _phone,
    "date": _date, "until": _until, "month": _month, "bool": _bool, "choice": _choice, "list": _list,
    "list_choice": _list_choice, "region": _text, "year": _year, "hours": _hours, "coordinate": _coordinate,
    "ignored": _ignored,
}
