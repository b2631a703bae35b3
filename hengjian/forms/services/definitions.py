"""Definitions: loaded from the packs, once for each code and version, never changed afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.scope import EVERYTHING
from hengjian.forms import packs
from hengjian.forms.models import FormDefinition

LOAD = title("forms.load_definitions", "装入表单定义")


def load_definitions(*, actor: Any) -> int:
    """Load what the packs have and the database has not; return how many definitions are new.

    Raises:
        BadInput: a pack changed a version that is already in use; it must raise its version number.
    """
    found = packs.load_all(settings.PACK_DIRS)
    with audited_action(LOAD, actor=actor) as act:
        known = {(d.code, d.version_number): d for d in FormDefinition.objects.within(EVERYTHING)}
        for one in found:
            held = known.get((one.code, one.version))
            if held is not None and held.digest != one.digest:
                raise BadInput(one.code, _("第%(version)s版已在使用，内容不能改动；请在表单包中把版次加一。") % {"version": one.version})
        new = [_row(one) for one in found if (one.code, one.version) not in known]
        act.add_many(new)
    return len(new)


def _row(one: packs.Definition) -> FormDefinition:
    return FormDefinition(
        code=one.code, version_number=one.version, kind=one.kind, title=one.title,
        issuer=one.pack.issuer if one.pack else "", document_number=one.source.number or "", issued_on=one.source.date,
        clause=one.source.part or one.source.clause, verified=one.verified, body=one.document, digest=one.digest,
        origin=Path(one.origin).name[:120], loaded_at=clock.now(),
    )
