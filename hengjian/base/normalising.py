"""How a text typed or pasted by a person is brought to one form before it is kept or compared."""

import re
import unicodedata

_COUNTRY = re.compile(r"^(?:\+|00)86(?=\d{10})|^86(?=1\d{10}$)")


def _without_invisible(text: str) -> str:
    """Drop zero-width and other format characters that come along with pasted text."""
    if text.isprintable():  # which no format character is
        return text
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def normalise_text(value: str) -> str:
    """Return running text with plain spaces, no invisible characters, nothing at its ends."""
    return " ".join(_without_invisible(value).split())


def normalise_code(value: str) -> str:
    """Return a code in half-width capitals without spaces: resident ID, USCC, certificate number."""
    return "".join(_without_invisible(unicodedata.normalize("NFKC", value)).split()).upper()


def normalise_phone(value: str) -> str:
    """Return the digits of a telephone number without the country code."""
    typed = re.sub(r"[^0-9+]", "", normalise_code(value))
    return _COUNTRY.sub("", typed).replace("+", "")


def normalise_email(value: str) -> str:
    """Return an e-mail address in small letters without spaces."""
    return normalise_code(value).lower()
