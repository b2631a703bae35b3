"""Decoding a picture and encoding it anew for display, without what the camera wrote beside it."""
from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import ExifTags, Image, ImageOps

_MOST_PIXELS = 50_000_000
_DISPLAY_EDGE = 2560
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")


def _degrees(parts: Any, reference: str) -> str:
    degree, minute, second = (float(part) for part in parts)
    value = degree + minute / 60 + second / 3600
    return f"{-value if reference in {'S', 'W'} else value:.7f}"


def _place(exif: Image.Exif) -> dict[str, str] | None:
    held = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        return {
            "latitude": _degrees(held[ExifTags.GPS.GPSLatitude], held[ExifTags.GPS.GPSLatitudeRef]),
            "longitude": _degrees(held[ExifTags.GPS.GPSLongitude], held[ExifTags.GPS.GPSLongitudeRef]),
        }
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None


def _taken_at(exif: Image.Exif) -> str:
    held = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    return str(held)[:19] if held else ""


def _encoded(image: Image.Image, from_photo: bool) -> tuple[bytes, str]:
    out = io.BytesIO()
    if from_photo or image.mode in {"CMYK", "YCbCr", "F", "I"}:
        image.convert("RGB").save(out, "JPEG", quality=85, optimize=True)
        return out.getvalue(), "image/jpeg"
    if image.mode not in {"1", "L", "LA", "RGB", "RGBA"}:
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    Image.frombytes(image.mode, image.size, image.tobytes()).save(out, "PNG", optimize=False)
    return out.getvalue(), "image/png"


def picture(data: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return size, place and time of a picture and its bytes for display; `fault` names why not."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
        width, height = image.size
        if width * height > _MOST_PIXELS:
            return {"fault": "pixels", "width": width, "height": height}, b""
        exif = image.getexif()
        answer = {"width": width, "height": height, "place": _place(exif), "taken_at": _taken_at(exif)}
        image.load()
        shown = ImageOps.exif_transpose(image)
        shown.thumbnail((_DISPLAY_EDGE, _DISPLAY_EDGE))
        display, kind = _encoded(shown, image.format in {"JPEG", "MPO"})
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"fault": "pixels"}, b""
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError, OverflowError):
        return {"fault": "broken"}, b""
    return {**answer, "display_media_type": kind}, display
