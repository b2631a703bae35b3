"""The pictures of the user guide, taken from a demonstration province of their own."""

from __future__ import annotations

import argparse
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright
from test_tools import chromium_path, use_a_node_that_runs

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "guide" / "images"
PASSWORD = "hengjian-demo-2024"  # noqa: S105  printed by `make demo`; never used outside it
WIDE, PHONE = (1366, 900), (390, 844)
TEMPLATE = "campaigns/new/?template=cn-43.2024-standardisation.campaign"
PATIENCE = 60.0
CAMPAIGN = "澜川省特种设备检验检测机构规范化专业化建设年行动"
SECOND = "澜川省特种设备检验检测机构规范化专业化建设年行动补充排查"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAULTY = (
    {"姓名": "许知微", "身份证号": "990101199003070018", "岗位": "检验员岗", "入职日期": "2024-13-01", "级别": "检验员"},
    {"姓名": "沈亦行", "身份证号": "99010119900307", "岗位": "检验员岗", "入职日期": "2023-05-06", "级别": "特级"},
)


@dataclass(frozen=True)
class Shot:
    """One picture: its name, whose screen, how to get there, how large."""

    name: str
    who: str
    way: Callable[[Any], None]
    size: tuple[int, int] = WIDE


def _go(address: str, *links: str) -> Callable[[Any], None]:
    """Open an address, then follow or press each of these, the first that matches in the middle of the page."""

    def way(page: Any) -> None:
        page.goto(address)
        for link in links:
            page.locator("main").locator(link).first.click()
            page.wait_for_load_state("networkidle")

    return way


def _campaign(page: Any, leaf: str, *links: str, title: str = CAMPAIGN) -> None:
    """Open a page of a campaign, then follow the links."""
    page.goto("/campaigns/")
    address = page.locator(f"main a:text-is('{title}')").first.get_attribute("href")
    _go(f"/campaigns/{address.split('/')[2]}/{leaf}", *links)(page)


def _of_campaign(leaf: str, *links: str) -> Callable[[Any], None]:
    return lambda page: _campaign(page, leaf, *links)


def _draft(page: Any) -> None:
    page.goto(f"/{TEMPLATE}")
    page.get_by_label("行动名称").fill(SECOND)
    page.get_by_label("文号").fill("澜市监办特设〔2024〕33号")
    page.get_by_role("button", name="建立拟制稿").click()
    page.wait_for_url("**/draft/")


def _preview(page: Any) -> None:
    page.get_by_role("button", name="保存并核对发起").click()
    page.wait_for_url("**/preview/")


def _plan(page: Any) -> None:
    """The plan of a city below a campaign that was launched just now, with a date that comes too late."""
    _campaign(page, "relay/", "a:text-is('签收上级方案')", title=SECOND)
    sign = page.locator("main button:text-is('签收')")
    if sign.count():
        sign.first.click()
    page.get_by_label("本级文号").fill("青市监特〔2024〕19号")
    date = page.locator('input[name="due-self_check:1"]')
    date.fill("2024-08-05")
    date.dispatch_event("change")
    page.wait_for_load_state("networkidle")


def _launch(page: Any) -> None:
    page.get_by_label("以上内容已与印发的文件核对一致").check()
    page.get_by_role("button", name="发起并通知").click()
    page.wait_for_url("**/board/")


def _checking(page: Any) -> None:
    """Open a filing that waits for its check, and the person in it whom the data contradict."""
    _campaign(page, "board/?status=filed", "a[href*='/self-check/']")
    row = page.locator("#roster tr[data-row]:has(td.clash), #roster tr[data-row]:has(td.no)").first
    row.locator("a.hj-strong").click()
    page.get_by_role("heading", name="提出意见").wait_for()


def _figure(page: Any) -> None:
    _campaign(page, "statistics/", "a:text-is('打开')")
    page.locator("a.hj-fig[href*='practice_problem_people']").first.click()
    page.get_by_role("heading", name="凭什么相信这个数").wait_for()


def _sheet(page: Any) -> None:
    """Open the self-check that is being filled."""
    page.goto("/campaigns/self-check/")
    page.locator("main a:text-is('继续填报')").first.click()
    page.wait_for_load_state("networkidle")


def _roster(page: Any) -> None:
    _sheet(page)
    page.locator("#roster td.ans").first.click()


def _check(page: Any) -> None:
    _sheet(page)
    page.locator("main a:text-is('核对并报送')").first.click()


def _returned(page: Any) -> None:
    _sheet(page)
    page.locator("[data-grid-filter=remark]").click()


def _taken(page: Any, link: str) -> Any:
    """Download a workbook and open it."""
    with page.expect_download() as held:
        page.locator(f"main a:text-is('{link}')").first.click()
    return load_workbook(io.BytesIO(Path(held.value.path()).read_bytes()))


def _given(page: Any, name: str, book: Any, button: str) -> None:
    """Hand a workbook in."""
    held = io.BytesIO()
    book.save(held)
    page.set_input_files("input[type=file]", {"name": name, "mimeType": XLSX, "buffer": held.getvalue()})
    page.locator(f"main button:text-is('{button}')").click()
    page.wait_for_load_state("networkidle")


def _import(page: Any) -> None:
    """A roster with faults, looked at before anything is written."""
    page.goto("/registry/imports/")
    book = _taken(page, "下载模板")
    sheet = book["人员花名册"]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "姓名" for cell in row))
    place = {cell.value: cell.column for cell in head}
    for offset, person in enumerate(FAULTY, start=1):
        for title, value in person.items():
            sheet.cell(head[0].row + offset, place[title]).value = value
    _given(page, "人员花名册.xlsx", book, "预检")


def _workbook(page: Any) -> None:
    """The form filled in Excel and handed back, with answers that differ from the page."""
    _sheet(page)
    book = _taken(page, "下载Excel")
    page.locator("main a:text-is('导入Excel')").first.click()
    sheet = book.worksheets[0]
    said = [cell for row in sheet.iter_rows() for cell in row if cell.value == "是"]
    for cell in said[1:12:4]:
        cell.value = "否"
    _given(page, "自查情况统计表.xlsx", book, "导入并比较")


SHOTS = (
    Shot("login", "", _go("/account/login/")),
    Shot("accounts", "province-admin", _go("/parties/accounts/")),
    Shot("tree", "province-admin", _go("/parties/tree/", "table a")),
    Shot("calendar", "province-admin", _go("/parties/calendar/")),
    Shot("packs", "province-admin", _go("/packs/")),
    Shot("ledger", "audit-admin", _go("/ledger/")),
    Shot("desk-regulator", "990101", _go("/")),
    Shot("relay", "9901", _of_campaign("relay/")),
    Shot("board-1366", "province", _of_campaign("board/")),
    Shot("board-390", "9901", _of_campaign("board/"), PHONE),
    Shot("letter", "province", _of_campaign("letters/new/")),
    Shot("checking", "990204", _checking),
    Shot("problems", "990101", _go("/rectification/problems/?status=proposed", "table a")),
    Shot("order", "990101", _go("/enforcement/orders/", "table a")),
    Shot("visit", "990101", _go("/supervision/visits/new/")),
    Shot("statistics", "province", _figure),
    Shot("report", "province", _of_campaign("reports/", "a:text-is('打开')")),
    Shot("dashboard", "province", _of_campaign("dashboard/")),
    Shot("desk-institution", "inst06", _go("/")),
    Shot("desk-institution-390", "inst06", _go("/"), PHONE),
    Shot("import", "inst01", _import),
    Shot("roster", "inst06", _roster),
    Shot("workbook", "inst06", _workbook),
    Shot("file", "inst06", _check),
    Shot("returned", "inst20", _returned),
    Shot("problem-institution", "inst02", _go("/rectification/problems/?status=rectifying", "table a")),
    Shot("order-answer", "inst06", _go("/enforcement/orders/", "table a")),
    Shot("extension", "inst10", _go("/campaigns/self-check/", "a:text-is('申请延期')")),
    Shot("history", "990102", _go("/rectification/problems/?status=closed", "table a", "a:text-is('履历')")),
    Shot("draft", "province", _draft),
    Shot("preview", "province", _preview),
    Shot("", "province", _launch),
    Shot("plan", "9901", _plan),
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(folder: Path) -> dict[str, str]:
    fonts = os.environ.get("HENGJIAN_FONTS", str(ROOT / "var" / "fonts"))
    return {**os.environ, "HENGJIAN_VAR": str(folder), "HENGJIAN_FONTS": fonts, "HENGJIAN_DATABASE_URL": ""}


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Play the demonstration in a folder, unless it was played there before, and serve it while the pictures are taken."""
    command, env = [sys.executable, "-m", "hengjian"], _environment(folder)
    subprocess.run([*command, "demo", "--no-serve", "--out", str(folder / "out")], cwd=ROOT, env=env, check=True)
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([*command, "serve", "--port", str(port)], cwd=ROOT, env=env)
    try:
        _wait(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise SystemExit("the server ended before it answered")
        try:
            with urlopen(f"{url}/account/login/"):  # noqa: S310  our own server
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the server did not answer")


class Camera:
    """Signs the demonstration accounts in, one browser context each, and keeps the pictures."""

    def __init__(self, browser: Any, url: str) -> None:
        self.browser, self.url = browser, url
        self.pages: dict[tuple[str, tuple[int, int]], Any] = {}

    def page(self, who: str, size: tuple[int, int]) -> Any:
        """The screen of an account."""
        if (who, size) not in self.pages:
            context = self.browser.new_context(
                base_url=self.url,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
                viewport={"width": size[0], "height": size[1]},
                accept_downloads=True,
            )
            self.pages[who, size] = context.new_page()
            if who:
                self._sign_in(self.pages[who, size], who)
        return self.pages[who, size]

    def _sign_in(self, page: Any, who: str) -> None:
        page.goto("/")
        page.get_by_label("登录名").fill(who)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("navigation", name="主导航").wait_for()

    def take(self, shot: Shot) -> int:
        """Take one picture; its size in bytes. A shot without a name only goes its way."""
        page = self.page(shot.who, shot.size)
        shot.way(page)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready.then(() => window.scrollTo(0, 0))")
        if not shot.name:
            return 0
        seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        colours = seen.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
        target = IMAGES / f"{shot.name}.png"
        colours.save(target, optimize=True)
        return target.stat().st_size


def main() -> None:
    """Take all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="pictures to take; all when none is named")
    parser.add_argument("--var", type=Path, help="folder of a demonstration to use or to make; a temporary one otherwise")
    asked = parser.parse_args()
    wanted = [shot for shot in SHOTS if not asked.names or (shot.name or "plan") in asked.names]
    IMAGES.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = asked.var or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hengjian-guide-")))
        url = stack.enter_context(_served(folder.resolve()))
        use_a_node_that_runs()
        driver = stack.enter_context(sync_playwright())
        browser = driver.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--lang=zh-CN", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        stack.callback(browser.close)
        camera, missed = Camera(browser, url), []
        for shot in wanted:
            try:
                print(f"{shot.name}: {camera.take(shot) // 1024} KB")
            except PlaywrightError as error:
                missed.append(shot.name)
                print(f"{shot.name}: {str(error).splitlines()[0]}")
    if missed:
        raise SystemExit(f"not taken: {', '.join(missed)}")


if __name__ == "__main__":
    main()
