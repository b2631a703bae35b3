"""Looking into every part of an xlsx or docx for what must not come in, by reading its XML as a parser would."""
from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from xml.parsers import expat

from hengjian.dossier.intake.jail.zips import UNREADABLE

_XML_ENDINGS = (".xml", ".rels")
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WORD_FIELD = re.compile(r"\b(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b")
_HYPERLINK = "/relationships/hyperlink"
_ENCODINGS = {"utf-8", "utf8", "utf-16", "utf16", "us-ascii", "ascii", "iso-8859-1"}
_LONGEST_FIELD = 10_000
_FORMULAS = {"f", "formula", "formula1", "formula2", "definedName"}
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")  # names of sheets and texts may hold any sign
_DDE = re.compile(r"\|[^|!]*!")


class _Found(Exception):
    """A part holds something that must not come in; the argument says what."""


class _Look:
    """One part on its way through the parser; nothing is kept but the text of formulas and fields."""

    def __init__(self, name: str) -> None:
        self.is_word, self.is_types = name.startswith("word/"), name == "[Content_Types].xml"
        self.text: list[str] = []
        self.field = ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.XmlDeclHandler = self.declared

    def doctype(self, *_about: Any) -> None:
        raise _Found("doctype")

    def declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        """Parsers disagree on rarer encodings: what one does not see in them, another does."""
        if encoding and encoding.lower() not in _ENCODINGS:
            raise _Found("broken")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "Relationship" and attributes.get("TargetMode", "").lower() == "external" and not attributes.get("Type", "").endswith(_HYPERLINK):
            raise _Found("external")
        if tag == "ddeLink":
            raise _Found("dde")
        if self.is_types:
            self._must_hold_no_macro("".join(attributes.values()))
        if self.is_word:
            self._start_in_word(tag, attributes)
        if tag in _FORMULAS or tag == "instrText" or self.is_types:
            self.text = []
            self.parser.CharacterDataHandler = self.text.append

    def _start_in_word(self, tag: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            if tag == "fldSimple" and key.rpartition(":")[2] == "instr":
                self._must_not_reach_out(value)
            if tag == "fldChar" and key.rpartition(":")[2] == "fldCharType" and value == "begin":
                self.field = ""

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag not in _FORMULAS and tag != "instrText" and not self.is_types:
            return
        self.parser.CharacterDataHandler = None
        text, self.text = "".join(self.text), []
        if tag in _FORMULAS and _DDE.search(_QUOTED.sub("", text)):
            raise _Found("dde")
        if self.is_types:
            self._must_hold_no_macro(text)
        if tag == "instrText" and self.is_word:
            self._must_not_reach_out(text)
            self.field = (self.field + text)[-_LONGEST_FIELD:]  # Word joins what stands in several runs
            self._must_not_reach_out(self.field)

    @staticmethod
    def _must_not_reach_out(text: str) -> None:
        if _WORD_FIELD.search(text.upper()):
            raise _Found("field")

    @staticmethod
    def _must_hold_no_macro(text: str) -> None:
        if "macroenabled" in text.lower():
            raise _Found("macro")


def _fault_of(archive: zipfile.ZipFile, name: str) -> str | None:
    """What is wrong with one part; drawings of old Excel (.vml) are not always XML and are searched for a DOCTYPE alone."""
    if name.lower().endswith(".vml"):
        return "doctype" if _DOCTYPE.search(archive.read(name).replace(b"\0", b"")) else None
    with archive.open(name) as part:
        if not name.lower().endswith(_XML_ENDINGS):
            while part.read(1 << 20):  # to its end, so that its size and check sum are seen to be true
                pass
            return None
        look = _Look(name)
        try:
            look.parser.ParseFile(part)
        except _Found as found:
            return str(found)
        except (expat.ExpatError, LookupError, ValueError):
            return "broken"
    return None


def scan(data: bytes) -> list[list[str]]:
    """Say of each part that must not come in what is wrong with it: pairs of a word and the name of the part."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        found = [[fault, part.filename] for part in archive.infolist() if (fault := _fault_of(archive, part.filename))]
    except UNREADABLE:
        return [["broken", ""]]
    return found


def container(data: bytes, _options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the faults of a container."""
    return {"faults": scan(data)}, b""
