"""People at their desks: each signs in by the form, in a browser context of their own, and nothing may complain."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.accessibility import assert_accessible

PASSWORD = "rest-assured-9"
PATIENCE = 20_000


class Desk:
    """One person at one screen."""

    def __init__(self, browser: Any, url: str, username: str, *, width: int = 1366, height: int = 768) -> None:
        self.username, self.said = username, list[str]()
        self.context = browser.new_context(
            base_url=url, locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": width, "height": height}, accept_downloads=True
        )
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.said.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._heard)
        self._sign_in()

    def _heard(self, line: Any) -> None:
        if line.type == "error" and "Failed to load resource" not in line.text:
            self.said.append(f"{self.page.url}: {line.text}")

    def _sign_in(self) -> None:
        self.page.goto("/")
        self.page.get_by_label("登录名").fill(self.username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        self.page.get_by_role("heading", level=1).wait_for()
        assert "/account/" not in self.page.url, f"{self.username} could not sign in"

    @property
    def main(self) -> Any:
        """The middle of the page, without menus and head."""
        return self.page.locator("main")

    def go(self, address: str, *, accessible: bool = False) -> Any:
        """Open a page."""
        answer = self.page.goto(address)
        assert answer.status < 400, f"{self.username}: {address} answered {answer.status}"
        return self.checked() if accessible else self.page

    def checked(self) -> Any:
        """Let axe look at the page as it stands."""
        assert_accessible(self.page)
        return self.page

    def follow(self, name: str, *, within: Any = None) -> None:
        """Follow a link, the first of that name."""
        (within or self.main).get_by_role("link", name=name).first.click()

    def press(self, name: str, *, within: Any = None, exact: bool = True) -> None:
        """Press a button."""
        (within or self.main).get_by_role("button", name=name, exact=exact).first.click()

    def unfold(self, name: str, *, within: Any = None) -> Any:
        """Unfold the command of that name; the fold with its form."""
        held = (within or self.page).locator("details.hj-act", has=self.page.locator("summary", has_text=re.compile(rf"^\s*{name}\s*$"))).first
        held.locator("summary").click()
        return held

    def sees(self, *words: str) -> None:
        """Each of these words stands in the middle of the page."""
        for one in words:
            expect(self.main).to_contain_text(one, timeout=PATIENCE)

    def told(self, words: str) -> None:
        """The page says after a command what was done."""
        self.page.get_by_text(words).first.wait_for()

    def takes(self, trigger: Callable[[], Any], to: Path) -> Path:
        """Download what a link gives."""
        with self.page.expect_download() as held:
            trigger()
        target = to / held.value.suggested_filename
        held.value.save_as(target)
        return target


class Office:
    """All desks of a journey."""

    def __init__(self, browser: Any, url: str) -> None:
        self.browser, self.url = browser, url
        self.desks: dict[str, Desk] = {}

    def __call__(self, username: str, **size: int) -> Desk:
        """The desk of an account; at the first call its holder signs in."""
        if username not in self.desks:
            self.desks[username] = Desk(self.browser, self.url, username, **size)
        return self.desks[username]

    def close(self) -> None:
        """Go home; what the browsers complained of fails the journey."""
        said = [f"{name}: {line}" for name, desk in self.desks.items() for line in desk.said]
        for desk in self.desks.values():
            desk.context.close()
        assert said == [], "the browser complained while the journey ran"
