"""Kept files: one flipped bit in any of them is found and named; files without a row are removed after a week."""

from __future__ import annotations

import os
import random
import time

import pytest

from hengjian.base.ledger.storage import storage
from hengjian.dossier import services
from hengjian.dossier.intake.vault import keep_bytes, place_of
from hengjian.dossier.services.scrubbing import STRAY_AGE
from tests import factories

pytestmark = pytest.mark.django_db

FILES = 100


@pytest.fixture
def kept(clock):
    """So many kept files of one institution."""
    world = factories.world()
    institution = world.institutions[0]
    clerk = world.clerk(institution)
    return [
        services.keep_evidence(f"说明{n:03d}.txt", f"第{n}份说明，内容各不相同。".encode(), actor=clerk, owner_row=institution) for n in range(FILES)
    ]


def test_a_flipped_bit_in_any_of_a_hundred_kept_files_is_found_and_named(kept):
    assert storage().faults == []
    chance = random.Random(2024)
    for row in kept:
        place = place_of(row.sha256)
        data = bytearray(place.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        place.chmod(0o640)
        place.write_bytes(data)
    found = storage()
    assert sorted(fault.object for fault in found.faults) == sorted(f"dossier.evidence:{row.pk}" for row in kept)
    assert found.rows == FILES
    assert all("与入卷时不一致" in fault.message for fault in found.faults)


def test_a_kept_file_that_is_gone_is_found(kept):
    place_of(kept[7].sha256).unlink()
    (fault,) = storage().faults
    assert (fault.object, "找不到了" in fault.message, kept[7].name in fault.message) == (f"dossier.evidence:{kept[7].pk}", True, True)


def test_a_file_whose_row_was_never_written_is_removed_after_a_week(kept):
    stray, fresh, draft = place_of(keep_bytes(b"stray")), place_of(keep_bytes(b"fresh")), place_of(kept[0].sha256).with_name(".draft")
    draft.write_bytes(b"half")
    old = time.time() - STRAY_AGE.total_seconds() - 60
    for path in (stray, draft, place_of(kept[0].sha256)):
        os.utime(path, (old, old))
    assert services.remove_strays() == 2
    assert (stray.exists(), draft.exists(), fresh.exists()) == (False, False, True)
    assert storage().faults == []
