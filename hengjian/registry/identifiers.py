"""Numbers of people, organisations and equipment: form, check digit, mask, fictional ones.

Faults are refused; warnings are shown and may stand, as real registers hold old and odd numbers.
Source: GB 11643, GB 32100, GB 11714; forms of the equipment numbers from public rules, unverified.
"""

from __future__ import annotations

import re
from datetime import date
from random import Random

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.fields import mask_middle
from hengjian.base.normalising import normalise_code, normalise_email, normalise_phone, normalise_text

__all__ = ["normalise_code", "normalise_email", "normalise_phone", "normalise_text"]

# No area code of GB/T 2260 begins with 99 and no mobile number with 100: nobody's own number can come out.
FICTIONAL_AREA = "9943"
FICTIONAL_PHONE = "100"

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(3**place % 31 for place in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_PHONE = re.compile(rf"1[3-9]\d{{9}}|{FICTIONAL_PHONE}\d{{8}}|0\d{{9,11}}(\d{{1,6}})?|400\d{{7}}|1\d{{4}}", re.ASCII)
_EQUIPMENT_CODE = re.compile(r"[0-9A-Z]{4}\d{5}(19|20)\d{2}[0-9A-Z]\d{3,4}")
_REGISTRATION_CODE = re.compile(r"[0-9A-Z]{4}\d{6}(19|20)\d{2}(0[1-9]|1[0-2])\d{4}|[0-9A-Z]{21}")
_USE_REGISTRATION = re.compile(r"[锅容管瓶梯起索游车][0-9A-Z]{2}[\u4e00-\u9fa5][A-Z][0-9A-Z]{5}\(\d{2}\)")
_APPROVAL_NUMBER = re.compile(r"TS7[0-9A-Z]{6,8}-\d{4}")

mask_id = mask_middle(4, 4)
mask_phone = mask_middle(3, 4)


def mask_email(plain: str) -> str:
    """Show the first letter and the domain of an address."""
    name, at, domain = plain.partition("@")
    return mask_middle(1, 0)(name) + at + domain if at else "*" * len(plain)


def resident_id_check(first17: str) -> str:
    """Return the check character of the first 17 digits of a resident ID (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def resident_id_fault(value: str) -> str | None:
    """Say what is wrong with a resident ID, or None. The area code is not looked up: it may be historic."""
    number = normalise_code(value)
    if re.fullmatch(r"\d{15}", number):
        return _("这是15位旧号码，请改填18位公民身份号码。")
    if len(number) != 18:
        return _("公民身份号码应为18位，现为%(count)d位，请核对。") % {"count": len(number)}
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return _("公民身份号码前17位应为数字，末位应为数字或X，请核对。")
    if birth_date(number) is None:
        return _("第7至14位“%(digits)s”不是有效的出生日期，请核对。") % {"digits": number[6:14]}
    if resident_id_check(number[:17]) != number[17]:
        return _("公民身份号码校验位不符，可能有一位抄错，请对照证件核对。")
    return None


def birth_date(resident_id: str) -> date | None:
    """Return the date of birth in a resident ID; None when it is no date, or none of a living adult's life."""
    digits = resident_id[6:14]
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return born if born.year >= 1900 and born <= clock.today() else None


def is_male(resident_id: str) -> bool:
    """Say whether a resident ID is a man's (17th digit odd)."""
    return int(resident_id[16]) % 2 == 1


def uscc_check(first17: str) -> str:
    """Return the check character of the first 17 signs of a unified social credit code (GB 32100)."""
    signs = zip(first17, _USCC_WEIGHTS, strict=True)
    return _USCC_SIGNS[-sum(_USCC_SIGNS.index(sign) * weight for sign, weight in signs) % 31]


def organisation_code_check(first8: str) -> str:
    """Return the check character of an organisation code (GB 11714), signs 9 to 17 of a USCC."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(first8, _ORG_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def uscc_fault(value: str) -> str | None:
    """Say what is wrong with a unified social credit code, or None."""
    code = normalise_code(value)
    if len(code) != 18:
        return _("统一社会信用代码应为18位，现为%(count)d位，请核对。") % {"count": len(code)}
    wrong = sorted({sign for sign in code if sign not in _USCC_SIGNS})
    if wrong:
        return _("统一社会信用代码不使用“%(signs)s”（不含字母I、O、S、V、Z），请核对。") % {"signs": "".join(wrong)}
    if not (code[2:8].isascii() and code[2:8].isdigit()):
        return _("统一社会信用代码第3至8位应为数字，请核对。")
    if uscc_check(code[:17]) != code[17]:
        return _("统一社会信用代码校验位不符，可能有一位抄错，请对照营业执照或法人证书核对。")
    return None


def phone_fault(value: str) -> str | None:
    """Say what is wrong with a telephone number (mobile, fixed line with area code, 400, hotline), or None."""
    if _PHONE.fullmatch(normalise_phone(value)):
        return None
    return _("电话号码格式不对：手机填11位，固定电话请带区号，例如0731-88880000。")


def equipment_code_warning(value: str) -> str | None:
    """Say what looks odd about an equipment code (设备代码), or None."""
    if _EQUIPMENT_CODE.fullmatch(normalise_code(value)):
        return None
    return _("设备代码一般为17或18位：品种4位、制造单位5位、年份4位、顺序号4或5位，请核对；确为原登记号码的可以保留。")


def registration_code_warning(value: str) -> str | None:
    """Say what looks odd about a registration code (注册代码), or None."""
    if _REGISTRATION_CODE.fullmatch(normalise_code(value)):
        return None
    return _("注册代码一般为20位：品种4位、区划6位、年月6位、顺序号4位，请核对；确为原登记号码的可以保留。")


def use_registration_warning(value: str) -> str | None:
    """Say what looks odd about a use-registration number (使用登记证编号), or None."""
    if _USE_REGISTRATION.fullmatch(normalise_code(value)):
        return None
    return _("使用登记证编号一般形如“梯12湘A00001(24)”，请核对；确为原登记号码的可以保留。")


def approval_number_warning(value: str) -> str | None:
    """Say what looks odd about an institution's approval number (核准证编号), or None."""
    if _APPROVAL_NUMBER.fullmatch(normalise_code(value)):
        return None
    return _("核准证编号一般形如“TS7110001-2027”，请对照证书核对；确为证书所载的可以保留。")


def fake_resident_id(rng: Random, *, born: date, male: bool, area: str = FICTIONAL_AREA + "01") -> str:
    """Make a resident ID that passes its check and can be nobody's: its area code does not exist."""
    _must_be_fictional(area)
    sequence = rng.randrange(0, 500) * 2 + int(male)
    first17 = f"{area}{born:%Y%m%d}{sequence:03d}"
    return first17 + resident_id_check(first17)


def fake_uscc(rng: Random, *, kind: str = "91", area: str = FICTIONAL_AREA + "01") -> str:
    """Make a USCC that passes both checks and can be no organisation's (``kind`` 91 enterprise, 12 public)."""
    _must_be_fictional(area)
    first8 = f"{rng.randrange(10**8):08d}"
    first17 = kind + area + first8 + organisation_code_check(first8)
    return first17 + uscc_check(first17)


def fake_phone(rng: Random) -> str:
    """Make a mobile number in a range that is given to nobody."""
    return f"{FICTIONAL_PHONE}{rng.randrange(10**8):08d}"


def is_fictional(number: str) -> bool:
    """Say whether a resident ID or USCC is one of our made-up ones."""
    return FICTIONAL_AREA in (number[:4], number[2:6])


def _must_be_fictional(area: str) -> None:
    if not re.fullmatch(rf"{FICTIONAL_AREA}\d\d", area):
        raise ValueError(f"{area}: made-up numbers keep to area codes {FICTIONAL_AREA}00 to {FICTIONAL_AREA}99")
