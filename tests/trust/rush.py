"""Institutions that file their self-checks over HTTP while the server dies under them: the world, and one client for each."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CSRF = "a" * 32
"""The token in the cookie and in the header: equal is all that is asked of them."""

UNAVAILABLE = 503
"""The database gives no answer: nothing was done, and the client asks again under the same key."""

MAKE = """
import json
from datetime import date
from hengjian.base import clock
from hengjian.campaigns.services import selfcheck
from tests import factories
from tests.campaigns import scenes, selfchecks
class Clock:
    def set(self, *parts):
        from datetime import datetime
        clock.set_for_process(datetime(*parts, tzinfo=clock.SHANGHAI))
hand = Clock()
world = scenes.begun(hand)
made = [factories.institution(f"连续报送检验有限公司{{n:02d}}", world.counties[n % 3]) for n in range({count})]
for n, one in enumerate(made):
    selfchecks.verified_person(f"持证人{{n:02d}}", one)
    factories.account(f"filer{{n:02d}}", f"填表人{{n:02d}}", "quality_manager", one)
from hengjian.parties.models import Account
campaign = scenes.launched(world)
hand.set(2024, 7, 10, 10)
clerks = [factories.actor(Account.objects.get(username=f"filer{{n:02d}}")) for n in range({count})]
mine = [scenes.submission_of(campaign, one) for one in made]
from hengjian.campaigns.models import Submission
for clerk, row in zip(clerks, mine):
    selfcheck.begin_selfcheck(row, actor=clerk)
    held = factories.all_of(Submission).select_related("sheet", "campaign", "checker", "target__institution").get(pk=row.pk)
    selfchecks.fill(held, clerk, dict.fromkeys(selfchecks.names(held), selfchecks.ALL_YES))
clock.set_for_process(None)
told = []
for clerk, row in zip(clerks, mine):
    browser = scenes.signed_in(clerk)
    told.append((str(row.pk), browser.cookies["sessionid"].value))
print(json.dumps(told))
"""

COUNT = """
import json
from collections import Counter
from hengjian.base.models import LedgerEntry
from hengjian.base.models.receipts import Receipt
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns.models import Submission
from hengjian.forms.models import SheetEdition
sheets = dict(Submission.objects.within(EVERYTHING).exclude(sheet=None).values_list("pk", "sheet_id"))
editions = Counter(SheetEdition.objects.within(EVERYTHING).values_list("sheet_id", flat=True))
print(json.dumps({
    "editions": {str(pk): editions[sheet] for pk, sheet in sheets.items()},
    "states": {str(pk): state for pk, state in Submission.objects.within(EVERYTHING).values_list("pk", "state")},
    "receipts": {one.key: one.status for one in Receipt.objects.all()},
}))
"""


@dataclass
class Filer(threading.Thread):
    """One institution that files, takes back and files again; it sends a command until it has an answer, always under one key."""

    submission: str
    session: str
    port: int
    filed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    tries: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.end = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """File and withdraw by turns until told to stop; what was begun is brought to its answer first."""
        while not self.end.is_set() and not self.wrong:
            self._act("check", self.filed, filler_name="许若谷", filler_phone="13800005678", filled_on="2024-07-10")
            if not self.wrong and not self.end.is_set():
                self._act("withdraw", self.withdrawn, reason="发现一处填写有误，撤回修改")

    def _act(self, what: str, done: list[str], **fields: str) -> None:
        key = str(uuid.uuid4())
        body = urlencode({**fields, "_receipt": key})
        while True:
            self.tries += 1
            try:
                status, said = self.sent(f"/campaigns/self-check/{self.submission}/{what}/", body)
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
                continue
            if status == UNAVAILABLE:
                time.sleep(0.2)
                continue
            if status == 302:
                done.append(key)
            else:
                self.wrong.append(f"{what} {key}: {status} {said[:400]}")
            return

    def sent(self, path: str, body: str | bytes, kind: str = "application/x-www-form-urlencoded") -> tuple[int, str]:
        """Post a form; return status and body of the answer."""
        return self._asked("POST", path, body, {"Content-Type": kind, "X-CSRFToken": CSRF})

    def got(self, path: str) -> tuple[int, str]:
        """Read a page; return status and body of the answer."""
        return self._asked("GET", path, None, {})

    def _asked(self, method: str, path: str, body: str | bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            link.request(method, path, body, {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}", **headers})
            answer = link.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            link.close()


def counted(place: Any) -> dict[str, Any]:
    """What the database holds after all."""
    found: dict[str, Any] = json.loads(place.python(COUNT).strip().splitlines()[-1])
    return found


def agree(place: Any, filers: list[Filer]) -> str:
    """Hold what clients were told against the database and the ledger; say how much that was."""
    held = counted(place)
    acknowledged = {one.submission: len(one.filed) for one in filers}
    assert sum(acknowledged.values()) > len(filers), "the clients hardly came to file anything"
    assert {pk: held["editions"][pk] for pk in acknowledged} == acknowledged
    assert {pk: held["states"][pk] for pk in acknowledged} == {one.submission: "filed" if len(one.filed) > len(one.withdrawn) else "draft" for one in filers}
    keys = [key for one in filers for key in (*one.filed, *one.withdrawn)]
    assert len(keys) == len(set(keys))
    assert {key: held["receipts"].get(key) for key in keys} == dict.fromkeys(keys, 302)
    assert set(held["receipts"]) == set(keys), "a receipt for a command that nobody was told of"
    assert "账本完整" in place.run("ledger", "verify", seconds=600).stdout
    assert "一致" in place.run("ledger", "reconcile", seconds=600).stdout
    return f"{sum(acknowledged.values())} filings acknowledged in {sum(one.tries for one in filers)} tries"
