"""The first pages of those who administer: the platform's health, its accounts, its ledger; and an authority's accounts."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from hengjian.base import clock, parking, standing
from hengjian.base.actions import TITLES
from hengjian.base.ledger import checks, sequencer, triggers
from hengjian.base.ledger.checkpoints import BadNote, NoteReader, known_verifiers, latest
from hengjian.base.ledger.continuity import continuity, said_of, way_on
from hengjian.base.ledger.newest import newest_of
from hengjian.base.ledger.told import told_of
from hengjian.base.models import CheckKind, CheckState
from hengjian.base.scope import EVERYTHING
from hengjian.base.standing import Hindrance
from hengjian.base.working_days import is_verified
from hengjian.parties import queries as parties
from hengjian.parties.models import Post
from hengjian.parties.policy import may_change_tree
from hengjian.parties.states import Role
from hengjian.registry.models import Institution
from hengjian.web.desk.tasks import place
from hengjian.web.templatetags.wording import moment

HINDRANCE = {Hindrance.READ_ONLY: noop("只读"), Hindrance.FULL: noop("磁盘已满"), Hindrance.BROKEN: noop("读写出错")}
CLOCK_BEHIND = timedelta(seconds=60)
GOOD, WARN, BAD = "good", "warn", "bad"
SLOW_SEALING = timedelta(seconds=60)
OLD_BACKUP, OLD_CHECK = timedelta(hours=36), timedelta(days=14)
LOW_DISK_BYTES = 5_000_000_000
RECENT, SHOWN_UNITS = 15, 6
CALENDAR_MONTH = 12
EVERYDAY = (
    "parties.send_message", "parties.read_message", "parties.mail_messages", "parties.sign_in", "parties.end_sign_in", "parties.change_own_details",
)
"""What accounts do every day: no act of administration."""


@dataclass(frozen=True)
class Fact:
    """One thing that an administrator watches: how it stands, and what to do when it does not stand well."""

    about: str
    value: str
    state: str
    advice: str = ""
    url: str = ""
    leads: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Act:
    """One act from the ledger, as the page lists it."""

    at: Any
    who: str
    what: str
    about: str
    reason: str


@dataclass(frozen=True)
class PlatformDesk:
    """What the first page of an administrator shows."""

    role: str
    facts: tuple[Fact, ...]
    acts: tuple[Act, ...]
    acts_title: str

    @property
    def wrong(self) -> int:
        return sum(one.state != GOOD for one in self.facts)


def platform_desk(actor: Any) -> PlatformDesk:
    """Put together the desk of a system, security or audit administrator, or of an authority's administrator."""
    made = {
        Role.SYSTEM_ADMIN: lambda: PlatformDesk(actor.role, system_facts(), (), ""),
        Role.SECURITY_ADMIN: lambda: PlatformDesk(actor.role, account_facts(actor), _acts("parties."), _("最近的账号与授权操作")),
        Role.AUDIT_ADMIN: lambda: PlatformDesk(actor.role, ledger_facts(), _acts("parties.", "registry.reveal"), _("最近的授权和查看个人信息")),
        Role.AUTHORITY_ADMIN: lambda: PlatformDesk(actor.role, (*account_facts(actor), *unit_facts(actor)), (), ""),
    }
    return made[actor.role]()


def system_facts() -> tuple[Fact, ...]:
    """Database, sealing of the ledger, room on disk, backups, mail."""
    return (_database(), _sealing(), _remembered(), _clock(), _jobs(), _disk(), _backups(), _mail())


def _database() -> Fact:
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)
    if connection.vendor == "sqlite" and settings.MODE == "production":
        return Fact(_("数据库"), name, WARN, _("生产模式应使用PostgreSQL。"))
    if (why := standing.refused_lately()) is not None:
        return Fact(_("数据库"), _("%(name)s，不能写入（%(why)s）") % {"name": name, "why": _(HINDRANCE[why])}, BAD, _("目前只能查看。请检查数据所在的磁盘。"))
    return Fact(_("数据库"), _("%(name)s，可以读写") % {"name": name}, GOOD)


def _clock() -> Fact:
    behind = sequencer.clock_behind()
    if behind > CLOCK_BEHIND:
        said = _("比存证最后一条早%(n)s分钟") % {"n": int(behind.total_seconds() // 60)}
        return Fact(_("服务器时钟"), said, BAD, _("时钟可能被拨回，期限会判错：请校准时间，再核对期间的报送。"))
    return Fact(_("服务器时钟"), _("不早于存证最后一条"), GOOD)


def _jobs() -> Fact:
    failing = parking.failing().values()
    stuck = [one.name for one in failing if one.failures >= parking.TRIES]
    if stuck:
        said = _("%(n)s项连续失败，已搁置：%(names)s") % {"n": len(stuck), "names": "、".join(stuck)}
        return Fact(_("后台任务"), said, BAD, _("每6小时再试一次；原因见 hengjian doctor。"))
    if failing:
        return Fact(_("后台任务"), _("%(n)s项上次没有办成，会再试") % {"n": len(failing)}, WARN, _("反复失败时会搁置并在此提示。"))
    return Fact(_("后台任务"), _("全部正常"), GOOD)


def _sealing() -> Fact:
    waiting, lag = sequencer.pending_count(), sequencer.lag()
    if lag > SLOW_SEALING:
        said = _("%(n)s条待封存，最久已等%(minutes)s分钟") % {"n": waiting, "minutes": int(lag.total_seconds() // 60)}
        return Fact(_("存证封存"), said, BAD, _("后台任务可能没有运行：请检查 hengjian worker。"))
    return Fact(_("存证封存"), _("%(n)s条待封存，没有积压") % {"n": waiting}, GOOD)


def _remembered() -> Fact:
    """Whether the database is what is remembered of it elsewhere."""
    found, url = continuity(), place("web:recovery")
    if not found.is_sound:
        return Fact(_("库外存证"), said_of(found), BAD, way_on(found), url)
    if not settings.WITNESS_DIRS:
        return Fact(_("库外存证"), _("没有存证目录"), WARN, _("请设置 HENGJIAN_WITNESS_DIR，否则数据库退回从前时看不出来。"), url)
    return Fact(_("库外存证"), _("%(n)s处留存，与数据库相符") % {"n": len(settings.WITNESS_DIRS)}, GOOD, url=url)


def _disk() -> Fact:
    free = shutil.disk_usage(settings.VAR_DIR).free
    said = _("剩余%(n)sGB") % {"n": free // 1_000_000_000}
    return Fact(_("磁盘"), said, GOOD if free >= LOW_DISK_BYTES else BAD, "" if free >= LOW_DISK_BYTES else _("请清理或扩容，不足5GB时可能无法写入。"))


def _backups() -> Fact:
    folder = settings.BACKUP_DIR
    if (failed := folder / "last-failure.txt").is_file():
        said = _("最近一次失败：%(what)s") % {"what": failed.read_text(encoding="utf-8").strip()[:200]}
        return Fact(_("备份"), said, BAD, _("请排除原因，再运行 hengjian backup。"))
    made = sorted((path.stat().st_mtime for path in folder.glob("hengjian-*.tar.gz")), reverse=True) if folder.is_dir() else []
    if not made:
        return Fact(_("备份"), _("尚未见到备份"), WARN, _("请启用每夜备份，或运行 hengjian backup。备份目录：%(folder)s") % {"folder": folder})
    age = clock.real_now() - clock.real_now().fromtimestamp(made[0], tz=clock.real_now().tzinfo)
    said = _("最近一份在%(n)s小时前，共%(all)s份") % {"n": int(age.total_seconds() // 3600), "all": len(made)}
    return Fact(_("备份"), said, GOOD if age < OLD_BACKUP else BAD, "" if age < OLD_BACKUP else _("超过36小时没有新的备份，请检查定时任务。"))


def _mail() -> Fact:
    waiting, failed = parties.messages_to_mail(EVERYTHING).count(), parties.mails_refused(EVERYTHING)
    if not settings.EMAIL_HOST:
        return Fact(_("邮件"), _("没有配置邮件服务器，提醒只进收件箱"), WARN, _("需要邮件提醒时，请设置 HENGJIAN_SMTP_HOST。"))
    return Fact(_("邮件"), _("%(n)s封待发，%(failed)s封发送失败") % {"n": waiting, "failed": failed}, BAD if failed else GOOD,
                _("请核对收件人地址和邮件服务器。") if failed else "")


def account_facts(actor: Any) -> tuple[Fact, ...]:
    """Accounts in use, without a post, with their first password, long unused; each leads to its list."""
    advice = {
        "none": (_("没有任职的账号"), _("不再使用的请停用，仍在岗的请授予岗位。")), "first": (_("未改初始密码"), _("请提醒本人登录并修改。")),
        "idle": (_("90天未登录"), _("请核实是否还在岗，不在岗的收回岗位。")),
    }
    counts = {status: parties.accounts_found(actor.scope, actor, status=status).count() for status in ("on", *advice)}
    return (
        Fact(_("在用账号"), _("%(n)s个") % {"n": counts["on"]}, GOOD, url=place("parties:accounts", status="on")),
        *(
            Fact(about, _("%(n)s个") % {"n": counts[status]}, WARN if counts[status] else GOOD, what if counts[status] else "", place("parties:accounts", status=status))
            for status, (about, what) in advice.items()
        ),
    )


def unit_facts(actor: Any) -> tuple[Fact, ...]:
    """Institutions of the area that nobody administers, authorities without a regulator, years without a calendar."""
    today = clock.today()
    held = Post.objects.filter(valid_from__lte=today).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    admins = held.filter(role=Role.INSTITUTION_ADMIN, organisation_id=OuterRef("pk"))
    bare = Institution.objects.within(actor.scope).filter(state="active", area__startswith=actor.area).filter(~Exists(admins))
    regulators = held.filter(role__in=[Role.SUPERVISOR, Role.LEADER], authority_id=OuterRef("pk"))
    empty = parties.authorities(actor.scope).filter(path__startswith=actor.area).filter(~Exists(regulators))
    found = [
        _missing(bare, Role.INSTITUTION_ADMIN, _("没有机构管理员的机构"), _("请为其开立机构管理员账号，否则无法报送。")),
        _missing(empty, Role.SUPERVISOR, _("没有监管员的下级单位"), _("请为其授予监管员岗位，否则收不到报送。")),
    ]
    return (*found, _calendar(today)) if may_change_tree(actor) else tuple(found)


def _missing(units: Any, role: str, about: str, what: str) -> Fact:
    """Units where nobody holds a post, each with the way to open an account for it."""
    count = units.count()
    leads = tuple((one.name, place("parties:open_account", holder=one.name, role=role)) for one in units.order_by("name")[:SHOWN_UNITS])
    return Fact(about, _("%(n)s个") % {"n": count}, WARN if count else GOOD, what if count else "", leads=leads)


def _calendar(today: date) -> Fact:
    """Whether the working days of this year, and late in the year of the next, are known."""
    years = [today.year, today.year + 1] if today.month >= CALENDAR_MONTH else [today.year]
    open_years = [year for year in years if not is_verified(date(year, 1, 1))]
    said = _("%(years)s年还没有录入") % {"years": "、".join(str(year) for year in open_years)} if open_years else _("已录入")
    advice = _("国务院办公厅公布次年安排后，由省级单位管理员逐日核定。") if open_years else ""
    return Fact(_("工作日历"), said, WARN if open_years else GOOD, advice, place("parties:calendar"))


def ledger_facts() -> tuple[Fact, ...]:
    """Entries, seals, the signature of the last checkpoint, the triggers that refuse changes."""
    point, missing = latest(), triggers.missing()
    total = (point.size if point else 0) + sequencer.pending_count()
    return (
        Fact(_("存证条目"), _("%(n)s条") % {"n": total}, GOOD, url=place("web:ledger")),
        _sealing(),
        _remembered(),
        _checkpoint(point),
        Fact(_("防改触发器"), _("缺少：%(names)s") % {"names": "、".join(missing)} if missing else _("齐全"), BAD if missing else GOOD,
             _("请联系系统管理员运行 hengjian migrate，并全面核对。") if missing else ""),
        *(_last_check(kind) for kind in CheckKind),
    )


def _last_check(kind: CheckKind) -> Fact:
    """When the ledger was last checked, and what that found; a check older than two weeks is due."""
    last, url = checks.last_finished(kind), place("web:ledger")
    if last is None:
        return Fact(str(kind.label), _("从未核对"), WARN, _("请现在核对一次；此后每周夜间自动核对。"), url)
    at = moment(last.ended_at)
    if last.state == CheckState.FAULTY:
        return Fact(str(kind.label), _("%(at)s发现%(n)s处不符") % {"at": at, "n": last.found}, BAD, _("请保护现场，立即报告。"), place("web:ledger_check", last.pk))
    is_old = last.asked_at < clock.now() - OLD_CHECK
    return Fact(str(kind.label), _("%(at)s核对，无一不符") % {"at": at}, WARN if is_old else GOOD,
                _("已超过两周没有核对：请现在核对，并请系统管理员检查后台进程。") if is_old else "", url)


def _checkpoint(point: Any) -> Fact:
    if point is None:
        return Fact(_("封存点"), _("尚无封存点"), WARN, _("第一笔操作封存后产生。"))
    try:
        stated, _key = NoteReader(known_verifiers()).statement(point.note)
        sound = stated.size == point.size and stated.root.hex() == point.root
    except BadNote:
        sound = False
    said = _("第%(n)s号，%(at)s签名，根%(root)s") % {"n": point.size, "at": moment(point.at), "root": point.root[:12]}
    return Fact(_("封存点"), said, GOOD if sound else BAD, "" if sound else _("签名与内容不符，请立即全面核对。"))


def _acts(*prefixes: str) -> tuple[Act, ...]:
    wanted = [code for code in TITLES if code.startswith(prefixes) and code not in EVERYDAY]
    held = newest_of(wanted, RECENT, but_about="parties.authorityedition")
    told = told_of(held)
    return tuple(Act(one.at, one.actor_name, _(TITLES.get(one.action, one.action)), told[one.id].label, told[one.id].reason) for one in held)
