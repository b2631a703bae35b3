"""What an answer says, read out of pages, workbooks, papers and packages, and which marks in it its reader may not see."""

from __future__ import annotations

import html
import io
import re
import zipfile
from urllib.parse import unquote

from pypdf import PdfReader

from tests.trust.ground import ELSEWHERE, MARK, TWO_EMPLOYERS, branch, relation

TAGS = re.compile(r"<[^>]*>")

GOES_DOWN = {
    "o": "authorities are no secret to those they supervise", "phone": "the office's telephone is for those below",
    "user": "an officer acts by name, unless the campaign hides superiors", "post": "and by post",
    "campaigntitle": "", "campaignshort": "", "campaignnumber": "", "campaignpurpose": "", "campaigncontact": "", "campaigntel": "",
    "campaignunit": "", "campaigncontactnote": "", "campaignpaper": "", "campaignpapercell": "",
    "plannumber": "", "plancontact": "", "plantel": "", "planunit": "", "planpaper": "", "planpapercell": "", "tasktitle": "", "tasktext": "",
    "supplementnumber": "", "supplementreason": "", "addedtitle": "", "addedtext": "",
}
"""What an authority writes for those below: campaigns, plans and notices, with their documents (regulator 二、三)."""

TO_ONE = {
    "remarked": "remarks on a self-check", "returned": "why it was returned", "lettermatter": "a supervision letter", "letterback": "its return",
    "tableback": "why a table was returned", "confirmnote": "a word with a problem", "orderfacts": "a served order", "orderprovisions": "",
    "ordermeasure": "", "orderpaper": "papers with it", "orderpapercell": "", "orderpapernote": "",
}
"""What an authority writes to one unit, named in the mark; never what it notes for itself: drafts, visits, cases."""

OWN_ALONE = re.compile("^draft")
"""发起前只有本单位看得到 (regulator 二): not even those above."""

OF_THE_REGISTER = frozenset({
    "name", "user", "post", "address", "legal", "contact", "first", "second", "third", "duties", "certificate", "certifier", "school", "major",
    "diploma", "title", "titleno", "proof", "verifier", "looked", "approval", "approver", "licence", "licencecell", "licencenote", "look",
    "placeaway", "receiveraway", "orderansweraway",
})
"""What the register says of a unit to an authority in whose area it works without a seat there (沪317号 一(三)), and what was done there."""

OF_A_PERSON = frozenset({
    "name", "third", "certificate", "certifier", "school", "major", "diploma", "title", "titleno", "proof", "verifier", "looked",
})
"""What a second employer reads of a person it employs too: the practice file, and who the other employer is."""

OF_OFFICERS = frozenset({"o", "user", "post", "officera", "officerb"})

TO_ADMINISTRATORS = frozenset({"o", "name", "user", "post", "mail", "treereason", "renamed"})
"""What administrators of the platform read: units, accounts, posts and the tree, no business of anybody."""

IN_THE_LEDGER = frozenset({"draft", "campaign", "plan", "supplement", "enterprise", "correction"})
"""Beginnings of the fields by which the ledger names official papers in clear (docs/adr/0009): the auditor reads them."""


SHOWN_TO_ALL = {"portal:document": frozenset({"o", "name"})}
"""Whoever holds a paper with its code may ask whether it is genuine, and is told which authority or institution issued it (regulator 五.4)."""


def text_of(media_type: str, body: bytes) -> str:
    """All that can be read in an answer, blanks left out so that nothing hides in a broken line."""
    if body.startswith(b"PK"):
        said = _of_zip(body)
    elif body.startswith(b"%PDF"):
        said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    else:
        said = html.unescape(unquote(body.decode("utf-8", "replace")))
        said += TAGS.sub("", said) if "html" in media_type else ""
    return "".join(said.split())


def _of_zip(body: bytes) -> str:
    said = []
    with zipfile.ZipFile(io.BytesIO(body)) as held:
        for name in held.namelist():
            part = held.read(name)
            said.append(name + (_of_zip(part) if part.startswith(b"PK") else TAGS.sub("", part.decode("utf-8", "replace")) + part.decode("utf-8", "replace")))
    return "".join(said)


def marks_in(text: str) -> set[tuple[str, str, str]]:
    """The marks in a text: whose, in which field, about whom."""
    return {(key.lower(), where.lower(), about.lower()) for key, where, about in MARK.findall(text)}


def may_read(viewer: str, role: str, key: str, where: str, about: str) -> bool:
    """Whether a post may read what an organisation wrote in a field."""
    if not viewer:
        named = role == "audit_admin" and any(where.startswith(one) for one in IN_THE_LEDGER)
        return role != "anonymous" and (where in TO_ADMINISTRATORS or named)
    said = relation(viewer, key)
    if said == "own":
        return True
    if said == "descendant":
        return OWN_ALONE.match(where) is None
    if said == "ancestor" and (where in GOES_DOWN or (where in TO_ONE and branch(about).startswith(branch(viewer)))):
        return True
    return _across(viewer, key, where, about)


def _across(viewer: str, key: str, where: str, about: str) -> bool:
    """What crosses borders: units that work elsewhere, and people with two employers."""
    if about and viewer.endswith("0") and branch(about).startswith(branch(viewer)):
        return True  # the seat reads what others did to its unit
    if about == viewer and where in TO_ONE:
        return True
    for unit, place in ELSEWHERE.items():
        if key == unit and branch(place).startswith(branch(viewer)):
            return where in OF_THE_REGISTER
        if branch(unit).startswith(branch(key)) and branch(place).startswith(branch(viewer)):
            return where in OF_OFFICERS  # where the unit is at home, and who there acted on it
        if key == place and branch(unit).startswith(branch(viewer)) and where in OF_OFFICERS:
            return True
    for pair in TWO_EMPLOYERS:
        for here, there in (pair, pair[::-1]):
            if key == there and branch(here).startswith(branch(viewer)) and where in OF_A_PERSON:
                return True
    return False


def leaks(viewer: str, role: str, text: str, route: str = "") -> list[str]:
    """Marks in a text that this post may not read there."""
    shown = SHOWN_TO_ALL.get(route, frozenset())
    return sorted("_".join(one) for one in marks_in(text) if one[1] not in shown and not may_read(viewer, role, *one))
