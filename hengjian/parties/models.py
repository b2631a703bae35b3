"""Tables of parties (主体): the tree of authorities, organisations, accounts, posts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import EncryptedTextField, PersonalCharField, PersonalEmailField, PersonalTextField
from hengjian.base.guard import the_door_writes
from hengjian.base.ledger.entries import LEFT_OUT
from hengjian.base.models import Row, RowQuerySet, ScopedQuerySet
from hengjian.base.scope import Scope, inside
from hengjian.base.wall import SOMEBODY, Wall, in_areas, in_orgs
from hengjian.parties.states import (
    TREE_CHANGE,
    Level,
    OrganisationKind,
    Role,
    SignInEnd,
    SignInMethod,
    TreeChangeKind,
    TreeChangeState,
)


def mask_address(plain: str) -> str:
    """10.20.*.*: enough to know one's own network by, not enough to find a person with."""
    if ":" in plain:
        return ":".join(plain.split(":")[:2]) + ":…"
    parts = plain.split(".")
    return ".".join([*parts[:2], "*", "*"]) if len(parts) == 4 else "*" * len(plain)


class AuthorityQuerySet(ScopedQuerySet):
    """Authorities are no secret inside the regime: each scope sees its own areas and what lies above them."""

    def _narrow(self, scope: Scope) -> AuthorityQuerySet:
        seen = Q(pk__in=[])
        for area in scope.areas:
            seen |= inside("path", area)
            parts = area.rstrip("/").split("/")
            seen |= Q(path__in=["/".join(parts[:n]) + "/" for n in range(1, len(parts))])
        return self.filter(seen)

    @classmethod
    def wall(cls, table: str) -> Wall:
        # Papers name the authorities they come from and go to: whoever is signed in may read those names.
        return Wall(seen=SOMEBODY, changed=in_areas("path"))


class Authority(Row):
    """A supervising authority (监管部门), a node of the tree.

    Source: 沪市监特种〔2024〕317号 (临港新片区市场监管局), 东市监函字〔2024〕40号 (东营经济技术开发区综合执法部):
    zones supervise too and have no GB/T 2260 code. Grain: one row per authority, as it stands today. The path of one
    that was closed leads to its successor: that is where its history belongs.
    """

    name = models.CharField(_("名称"), max_length=80)
    area_name = models.CharField(_("辖区名称"), max_length=40)
    short_name = models.CharField(_("简称"), max_length=20)
    key = models.CharField(_("辖区代号"), max_length=20, unique=True)
    region_code = models.CharField(_("区划代码"), max_length=6, blank=True)
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级"))
    path = models.CharField(_("辖区路径"), max_length=120, unique=True)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    phone = models.CharField(_("办公电话"), max_length=30, blank=True)
    valid_from = models.DateField(_("设立日期"))
    valid_to = models.DateField(_("存续至"), null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name=_("承接单位"))

    objects = AuthorityQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("监管部门")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    @property
    def area(self) -> str:
        return self.path

    @property
    def org_id(self) -> object:
        return self.id

    @property
    def depth(self) -> int:
        """0 for the province, 1 for a city, 2 for a county."""
        return self.path.count("/") - 1


class AuthorityEdition(Row):
    """Where an authority stood in the tree from one day to another (层级沿革).

    Grain: one row per authority and period. Past tables are reproduced from it.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="editions", verbose_name=_("监管部门"))
    name = models.CharField(_("名称"), max_length=80)
    path = models.CharField(_("辖区路径"), max_length=120, db_index=True)
    parent_path = models.CharField(_("上级路径"), max_length=120, blank=True)
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        verbose_name = _("层级沿革")
        ordering = ["path", "valid_from"]
        constraints = [
            models.CheckConstraint(name="edition_ends_after_start", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")))
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"


class TreeChange(Row):
    """A change of the tree of authorities that is dated ahead (待生效的层级调整), and what became of it.

    Grain: one row per change. ``authority`` is whom it concerns (of a new one the parent), ``target`` the new parent, the
    successor, or whom the units of ``body`` are seated under.
    """

    CHART = TREE_CHANGE

    kind = models.CharField(_("调整事项"), max_length=10, choices=TreeChangeKind)
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="changes", verbose_name=_("监管部门"))
    target = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("新的上级或承接单位"))
    on = models.DateField(_("生效日期"), db_index=True)
    body = models.JSONField(_("内容"), default=dict)
    reason = PersonalCharField(_("理由"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=TreeChangeState, default=TreeChangeState.PENDING)
    asked_by_id = models.UUIDField(_("登记人账号"), null=True)
    asked_by_name = models.CharField(_("登记人"), max_length=40)
    asked_at = models.DateTimeField(_("登记时间"))
    settled_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    settled_note = PersonalCharField(_("撤回或未能生效的原因"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("层级调整")
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.get_kind_display()} {self.named}"

    @property
    def named(self) -> str:
        """Whom it concerns: of a new authority the name it will have."""
        return str(self.body.get("name", "")) if self.kind == TreeChangeKind.ADD else self.authority.name


class OrganisationQuerySet(ScopedQuerySet):
    """An organisation is seen by itself and by the authorities of its seat."""

    def _narrow(self, scope: Scope) -> OrganisationQuerySet:
        seen = Q(pk__in=list(scope.org_ids))
        for area in scope.areas:
            seen |= inside("area", area)
        return self.filter(seen)

    @classmethod
    def wall(cls, table: str) -> Wall:
        return Wall(f"{in_orgs('id')} OR {in_areas('area')}")


class Organisation(Row):
    """An organisation (单位): institution or enterprise. Grain: one row per unified social credit code."""

    name = models.CharField(_("单位名称"), max_length=120, db_index=True)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    kind = models.CharField(_("单位性质"), max_length=20, choices=OrganisationKind)
    area = models.CharField(_("注册地辖区"), max_length=120, db_index=True)
    address = models.CharField(_("单位地址"), max_length=200, blank=True)
    legal_representative = PersonalCharField(_("法定代表人"), max_length=40, blank=True)
    legal_phone = EncryptedTextField(_("法定代表人联系电话"), blank=True, mask="phone")
    contact_name = PersonalCharField(_("联系人"), max_length=40, blank=True)
    contact_phone = EncryptedTextField(_("联系电话"), blank=True, mask="phone")

    objects = OrganisationQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("单位")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def org_id(self) -> object:
        return self.id

    @property
    def org_area(self) -> str:
        return self.area


class FormerSeat(Row):
    """An area in which an organisation was registered before it came under another authority (曾注册地辖区).

    Grain: one row per organisation and seat that it left. Whoever supervises it now sees its history by it.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="former_seats", verbose_name=_("单位"))
    area = models.CharField(_("辖区路径"), max_length=120, db_index=True)
    valid_to = models.DateField(_("止"))

    class Meta:
        verbose_name = _("曾注册地辖区")
        ordering = ["valid_to"]

    def __str__(self) -> str:
        return f"{self.organisation.name} {self.area}"


class AccountManager(BaseUserManager.from_queryset(RowQuerySet)):  # type: ignore[misc]
    """Accounts are made by services; this only finds them for the login."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)  # type: ignore[no-any-return]


class Account(AbstractBaseUser, Row):
    """An account (账号) of one natural person. No account may do everything: rights come from posts alone.

    Source: GB/T 22239-2019 8.1.4 (三权分立). Written only through services; ``last_login`` by the login itself, so the
    ledger leaves it out. Of the password hash the ledger keeps a keyed commitment: one put in by hand is found.
    """

    username = models.CharField(_("登录名"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    phone = EncryptedTextField(_("手机号"), blank=True, mask="phone")
    email = PersonalEmailField(_("电子邮箱"), blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须修改初始密码"), default=False)
    density = models.CharField(_("表格行距"), max_length=10, default="normal")
    language = models.CharField(_("界面语言"), max_length=10, blank=True, default="")
    rights_version = models.PositiveIntegerField(_("权限版本"), default=1)
    created_at = models.DateTimeField(_("建立时间"), null=True)

    USERNAME_FIELD = "username"
    objects = AccountManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("账号")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        only = set(kwargs.get("update_fields") or ())
        if only and only <= LEFT_OUT:
            with the_door_writes():
                models.Model.save(self, *args, **kwargs)
        else:
            super().save(*args, **kwargs)

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password; a login never rewrites the hash, as Django's would when its costs change."""
        return check_password(raw_password, self.password)

    def get_full_name(self) -> str:
        return self.name


class Post(Row):
    """A post (任职) that an account holds in an authority or an organisation, from one day to another.

    Grain: one row per account, role and holder. A post withdrawn counts from the next request.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="posts", verbose_name=_("账号"))
    role = models.CharField(_("岗位角色"), max_length=20, choices=Role)
    title = models.CharField(_("职务"), max_length=40, blank=True)
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("监管部门"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("单位"))
    area = models.CharField(_("辖区"), max_length=120, blank=True, db_index=True)
    valid_from = models.DateField(_("任职起"))
    valid_to = models.DateField(_("任职止"), null=True, blank=True)
    granted_by_id = models.UUIDField(_("授予人"), null=True)

    class Meta:
        verbose_name = _("任职")
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(
                name="post_has_at_most_one_holder", condition=Q(authority__isnull=True) | Q(organisation__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder_name} {self.shown_title}"

    @property
    def org_id(self) -> object:
        return self.authority_id or self.organisation_id

    @property
    def holder_name(self) -> str:
        holder = self.authority or self.organisation
        return holder.name if holder else str(_("平台"))

    @property
    def shown_title(self) -> str:
        return self.title or str(self.get_role_display())


class SignIn(Row):
    """A sign-in to an account, or a try that failed (登录记录).

    Source: GB/T 22239-2019 8.1.4.3 (安全审计); 网络安全法 第二十一条 (日志留存不少于六个月).
    Grain: one row per try that named an existing account. Where it came from is personal: the ledger keeps a commitment.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="sign_ins", verbose_name=_("账号"))
    at = models.DateTimeField(_("时间"))
    succeeded = models.BooleanField(_("登录成功"), default=True)
    method = models.CharField(_("验证方式"), max_length=20, choices=SignInMethod)
    address = EncryptedTextField(_("来源地址"), blank=True, mask=mask_address)
    device = models.CharField(_("设备"), max_length=60, blank=True)
    ended_at = models.DateTimeField(_("退出时间"), null=True, blank=True)
    ended_by = models.CharField(_("退出方式"), max_length=20, blank=True, choices=SignInEnd)

    class Meta:
        verbose_name = _("登录记录")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["account", "-at"], name="sign_in_by_account")]

    def __str__(self) -> str:
        return self.account.name

    def ledger_label(self) -> str:
        return self.device or self.get_method_display()


class Message(Row):
    """A message in an account's inbox (消息), also sent by e-mail where an address and a server are known.

    Grain: one row per account and matter; ``dedupe`` keeps a reminder from being sent twice.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="messages", verbose_name=_("收件人"))
    kind = models.CharField(_("类别"), max_length=20)
    title = PersonalCharField(_("标题"), max_length=200)
    body = PersonalTextField(_("内容"), blank=True)
    url = models.CharField(_("办理地址"), max_length=300, blank=True)
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("邮件发出时间"), null=True, blank=True)
    mail_error = models.CharField(_("邮件未发出的原因"), max_length=200, blank=True)
    dedupe = models.CharField(_("去重键"), max_length=120, unique=True)

    label_is_personal = True

    class Meta:
        verbose_name = _("消息")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["account", "read_at"], name="message_unread")]

    def __str__(self) -> str:
        return self.title
