"""Problems put right, verified and closed; an inspection and its order."""

from __future__ import annotations

from PIL import Image

from tests.journeys import rosters
from tests.journeys.desks import Desk
from tests.journeys.people import Journey

PROBLEMS = (f"{rosters.PRACTICE}未在本单位真实执业", f"{rosters.EDUCATION}初次取证时提交的学历不真实", f"{rosters.TITLE}初次取证时提交的职称不真实")
MEASURES = ("取消执业公示，核清社保缴纳单位", "停止其检验检测工作，报发证机关注销资质", "由本人到人社部门核实，核实前不作为资格条件")
OFFICERS = (("顾承平", "LC990101001"), ("卫行简", "LC990101002"))
FINDING = "气瓶残液处理记录缺失3日"
FINDING = "气瓶残液处理记录缺失3日"


def confirms(the: Journey) -> None:
    """The county finds the three problems in the register and confirms each with severity and date."""
    desk = the.county
    desk.go("/rectification/problems/", accessible=True)
    desk.sees("共3个问题，0个已销号。")
    for told in PROBLEMS:
        desk.go("/rectification/problems/")
        desk.follow(told)
        panel = desk.page.locator("#panel")
        panel.get_by_role("heading", name=told).wait_for()
        fold = desk.unfold("确认问题", within=panel)
        fold.get_by_label("程度").select_option("2")
        fold.get_by_label("整改时限").fill("2024-07-31")
        desk.press("确认问题", within=fold)
        desk.told("已确认，责任单位可以看到时限。")
    desk.checked()


def opens_person(desk: Desk, name: str) -> str:
    """Find a person in the register by name; the identity in the address of the page."""
    desk.go("/registry/people/")
    desk.page.get_by_role("searchbox", name="姓名、完整证件号码、证书编号").fill(name)
    desk.page.wait_for_url("**?q=**")
    desk.follow(name, within=desk.page.locator("#list tbody"))
    desk.page.get_by_role("heading", level=1, name=name).wait_for()
    return str(desk.page.url.rstrip("/").split("/")[-1])


def cancels_practice(the: Journey) -> None:
    """The institution cancels the practice registration of the person who does not practise there."""
    desk = the.clerk
    the.held["person"] = opens_person(desk, rosters.PRACTICE)
    desk.checked()
    desk.follow("取消执业公示")
    desk.page.get_by_label("日期").fill("2024-07-16")
    desk.page.get_by_label("原因").fill("不在本单位真实执业，自查后取消执业公示")
    desk.press("取消执业公示")
    desk.told("已取消执业公示。")


def cancels_certificate(the: Journey) -> None:
    """The province, which issued it, cancels the certificate that was given for a diploma that is not genuine."""
    desk = the.province
    opens_person(desk, rosters.EDUCATION)
    desk.follow("注销资质")
    desk.page.get_by_label("日期").fill("2024-07-16")
    desk.page.get_by_label("原因").fill("取证时提交的学历证明不真实")
    desk.press("注销资质")
    desk.told("资质已注销。")


def puts_right(the: Journey) -> None:
    """The institution plans each problem, puts the proof of afterwards to it and reports it as put right."""
    desk = the.clerk
    photo = the.folder / "整改后.png"
    Image.new("RGB", (320, 200), "white").save(photo)
    for told, measure in zip(PROBLEMS, MEASURES, strict=True):
        desk.go("/rectification/problems/")
        desk.follow(told)
        panel = desk.page.locator("#panel")
        panel.get_by_role("heading", name=told).wait_for()
        fold = desk.unfold("填写整改举措", within=panel)
        fold.get_by_label("整改举措").fill(measure)
        fold.get_by_label("责任人").fill("苏映雪")
        fold.get_by_label("责任部门").fill("人事部")
        desk.press("填写整改举措", within=fold)
        desk.told("整改举措已保存。")
        fold = desk.unfold("添加证据", within=panel)
        fold.get_by_label("证明").select_option(label="整改后")
        fold.get_by_label("文件").set_input_files(photo)
        desk.press("添加证据", within=fold)
        desk.told("证据已入卷。")
        fold = desk.unfold("申报整改完毕", within=panel)
        fold.get_by_label("整改情况").fill(f"{measure}，已办理完毕。")
        desk.press("申报整改完毕", within=fold)
        desk.told("已申报，等待监管部门核查。")
    desk.checked()


def closes(the: Journey) -> None:
    """The county looks at the proof, verifies and closes all three."""
    desk = the.county
    for told in PROBLEMS:
        desk.go("/rectification/problems/?status=reported")
        desk.follow(told)
        panel = desk.page.locator("#panel")
        panel.get_by_role("heading", name=told).wait_for()
        panel.get_by_role("link", name="整改后.png").wait_for()
        fold = desk.unfold("核查通过并销号", within=panel)
        fold.get_by_label("核查情况").fill("已核对执业公示、证书状态和佐证材料。")
        desk.press("核查通过并销号", within=fold)
        desk.told("已销号，90天后复查。")
    desk.go("/rectification/problems/", accessible=True)
    desk.sees("共3个问题，3个已销号。")


def inspects(the: Journey) -> None:
    """The county inspects on site, as the list that must be covered in full asks, and finds a violation."""
    desk = the.county
    desk.go("/")
    desk.page.locator("summary", has_text="以后到期的").click()
    desk.follow("看名单")
    desk.checked()
    desk.follow("登记检查")
    desk.page.get_by_label("检查类别").select_option(label="专项监督检查")
    desk.page.get_by_label("检查日期").fill("2024-07-18")
    desk.page.get_by_label("开展了检验检测现场抽查").check()
    for number, (name, card) in enumerate(OFFICERS, start=1):
        desk.page.get_by_label(f"检查人员{number}姓名").fill(name)
        desk.page.get_by_label(f"执法证号{number}").fill(card)
    desk.page.get_by_label("检查情况及发现的问题").fill(FINDING)
    desk.page.get_by_label("未按照安全技术规范的要求进行检验、检测").check()
    desk.page.get_by_label("处理措施").fill("责令限期改正")
    desk.press("登记检查")
    desk.told("监督检查已登记，请打印记录签字确认。")
    desk.checked()


def orders(the: Journey) -> None:
    """The county orders the violation to be put right and serves the order."""
    desk = the.county
    desk.follow("下达指令书")
    desk.page.get_by_label("查明的违法事实或事故隐患").fill(FINDING)
    desk.page.get_by_label("违反的规定").fill("《特种设备安全法》第九十三条第一款第（二）项")
    desk.page.get_by_label("责令采取的措施").fill("补齐记录，修订残液处理程序，并书面报告整改情况。")
    desk.page.get_by_label("整改期限").fill("2024-08-02")
    for number, (name, card) in enumerate(OFFICERS, start=1):
        desk.page.get_by_label(f"执法人员{number}姓名").fill(name)
        desk.page.get_by_label(f"执法证号{number}").fill(card)
    desk.press("制作指令书")
    desk.told("指令书已制作，请打印盖章后送达。")
    fold = desk.unfold("登记送达")
    fold.get_by_label("签收人").fill("质量负责人0")
    desk.press("登记送达", within=fold)
    desk.told("送达已登记。")
    desk.checked()
