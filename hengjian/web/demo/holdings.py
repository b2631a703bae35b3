"""What stands around the institutions of the demonstration: units with equipment, the campaign's paper, some evidence."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from docx import Document
from docx.shared import Pt
from PIL import Image, ImageDraw

from hengjian.base.actions import audited_action
from hengjian.parties.models import Organisation
from hengjian.registry.identifiers import fake_uscc
from hengjian.registry.models import Enterprise, Equipment
from hengjian.web.demo.geography import MAKE, Land
from hengjian.web.demo.names import STREETS, WORDS

# Kinds of users with what each has: codes of the equipment catalogue, and how many at most.
USERS = (("物业服务有限公司", "3100", 14), ("中心医院", "3200", 6), ("热力有限公司", "1200", 4), ("化工有限公司", "2170", 9), ("物流园有限公司", "5110", 8))
PIECES_FROM = date(2012, 3, 1)


def make_users(land: Land, rng: Random, *, actor: Any) -> int:
    """Units in every county with their equipment; returns how many pieces."""
    organisations: list[Organisation] = []
    enterprises: list[Enterprise] = []
    pieces: list[Equipment] = []
    for seat in land.seats:
        for ending, category, most in USERS:
            name = f"{seat.area_name}{rng.choice(WORDS)}{ending}"
            code = fake_uscc(rng, kind="91")
            address = f"{seat.area_name}{rng.choice(STREETS)}{rng.randint(1, 299)}号"
            unit = Organisation(name=name, uscc=code, kind="enterprise", area=seat.path, address=address)
            user = Enterprise(id=unit.id, organisation=unit, name=name, uscc=code, address=address, area=seat.path, org_id=unit.id, org_area=seat.path)
            organisations.append(unit)
            enterprises.append(user)
            pieces += [_piece(user, category, f"{len(pieces) + n:04d}", rng) for n in range(rng.randint(1, most))]
    with audited_action(MAKE, actor=actor) as act:
        act.add_many(organisations)
        act.add_many(enterprises)
        act.add_many(pieces)
    return len(pieces)


def _piece(user: Enterprise, category: str, number: str, rng: Random) -> Equipment:
    registered = PIECES_FROM + timedelta(days=rng.randint(0, 4300))
    key = user.area.rstrip("/").rpartition("/")[2]
    place = key[-4:] if key.isdigit() else "9900"  # the zone has no area code
    row = Equipment(
        code=f"{category}99{place}{registered.year}{number}", category=category, enterprise=user,
        registered_on=registered, next_due_on=date(2024, 1, 1) + timedelta(days=rng.randint(40, 420)),
    )
    return row.owned_by(user)


def official_paper(issuer: str, number: str, heading: str, body: Mapping[str, Any]) -> bytes:
    """The document that launches the campaign, as a Word file: what the template says, under fictional names."""
    paper = Document()
    paper.styles["Normal"].font.size = Pt(14)
    paper.add_heading(f"{issuer}关于印发《{heading}方案》的通知", level=1)
    paper.add_paragraph(number)
    for task in body.get("tasks", []):
        paper.add_paragraph(f"{task.get('no', '')}{task.get('title', '')}", style="Heading 2")
        if task.get("text"):
            paper.add_paragraph(str(task["text"]))
    paper.add_paragraph("（本文件为演示而作，机关、文号均为虚构。）")
    held = io.BytesIO()
    paper.save(held)
    return held.getvalue()


def picture(words: str) -> bytes:
    """A picture that stands for a scan: a sheet with a frame and a few lines; ``words`` only tell one from another."""
    made = Image.new("RGB", (840, 594), "white")
    drawn = ImageDraw.Draw(made)
    drawn.rectangle((30, 30, 809, 563), outline=(120, 120, 120), width=2)
    shades = sum(words.encode())
    for n in range(9):
        drawn.rectangle((70, 90 + n * 48, 300 + (shades * (n + 3)) % 440, 104 + n * 48), fill=(190, 190, 190))
    drawn.ellipse((600, 400, 740, 540), outline=(190, 40, 40), width=4)
    held = io.BytesIO()
    made.save(held, "PNG")
    return held.getvalue()
