"""The history of a self-check tells of every line, page by page."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from hengjian.campaigns.models import Contradiction
from hengjian.campaigns.services import selfcheck_checks
from tests.campaigns import selfchecks
from tests.campaigns.scenes import signed_in
from tests.campaigns.selfchecks import ALL_YES, fill, names
from tests.factories import all_of

pytestmark = pytest.mark.django_db

PEOPLE = tuple(f"{surname}{given}" for surname in "沈周陆许方" for given in ("砚秋", "以宁", "青禾", "若谷", "照野", "怀瑾", "观止", "听澜", "景行"))


def test_every_line_of_a_long_roster_is_in_its_history(clock, django_assert_max_num_queries):
    scene = selfchecks.scene(clock, people=PEOPLE)
    submission = scene.begun()
    fill(submission, scene.clerk, dict.fromkeys(names(submission), ALL_YES))
    fill(submission, scene.clerk, {"沈砚秋": {"title_genuine": "是"}})
    selfcheck_checks.explain_contradiction(all_of(Contradiction).get(), actor=scene.clerk, text="职称证书原件在档案室")

    client, url = signed_in(scene.clerk), reverse("web:history", args=["campaigns.submission", submission.pk])
    first = client.get(url).content.decode()
    total = int(re.search(r"至今(\d+)条记录", first).group(1))
    with django_assert_max_num_queries(260):
        client.get(url)
    pages = [client.get(url, {"page": number}).content.decode() for number in range(1, 1 + (total + 49) // 50)]
    told = "".join(pages)
    assert len(PEOPLE) == 45
    assert [name for name in PEOPLE if f"填写：{name}（第" not in told] == []
    assert "说明矛盾的原因" in told
