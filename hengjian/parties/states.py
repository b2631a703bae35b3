"""Levels, kinds and roles of parties. Leaf: imports the charts of the base alone."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hengjian.base.states import StateChart


class Level(TextChoices):
    """Level of a supervising authority (监管层级)."""

    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("县级")


class OrganisationKind(TextChoices):
    """Kind of organisation (单位性质)."""

    INSTITUTION = "institution", _("检验检测及相关技术机构")
    ENTERPRISE = "enterprise", _("使用、施工单位")


class Role(TextChoices):
    """Role of a post (岗位角色). What each may do stands in the policy rooms."""

    SUPERVISOR = "supervisor", _("监管员")
    LEADER = "leader", _("分管负责人")
    AUTHORITY_ADMIN = "authority_admin", _("单位管理员（监管部门）")
    INSTITUTION_ADMIN = "institution_admin", _("机构管理员")
    UNIT_HEAD = "unit_head", _("单位主要负责人")
    TECHNICAL_MANAGER = "technical_manager", _("技术负责人")
    QUALITY_MANAGER = "quality_manager", _("质量负责人")
    FILLER = "filler", _("填表人")
    INSPECTOR = "inspector", _("检验检测人员")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


REGULATORS = (Role.SUPERVISOR, Role.LEADER)
AUTHORITY_ROLES = (*REGULATORS, Role.AUTHORITY_ADMIN)
INSTITUTION_ROLES = (
    Role.INSTITUTION_ADMIN, Role.UNIT_HEAD, Role.TECHNICAL_MANAGER, Role.QUALITY_MANAGER, Role.FILLER, Role.INSPECTOR,
)
INSTITUTION_FILLERS = (Role.INSTITUTION_ADMIN, Role.QUALITY_MANAGER, Role.TECHNICAL_MANAGER, Role.FILLER, Role.UNIT_HEAD)
PLATFORM_ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
BUSINESS_ROLES = (*REGULATORS, *INSTITUTION_ROLES)
LEVEL_TITLES = {"province": _("省局"), "city": _("市局"), "county": _("县局")}


class SignInMethod(TextChoices):
    """How somebody showed who he is (验证方式)."""

    PASSWORD = "password", _("密码")
    TOTP = "totp", _("密码和动态验证码")
    RECOVERY_CODES = "recovery_codes", _("密码和备用码")


class SignInEnd(TextChoices):
    """How a sign-in came to its end (退出方式)."""

    LEFT = "left", _("退出登录")
    IDLE = "idle", _("60分钟没有操作")
    EXPIRED = "expired", _("满12小时")
    ELSEWHERE = "elsewhere", _("本人在别处结束")
    PASSWORD = "password", _("修改密码")
    ADMINISTRATOR = "administrator", _("管理员停用或重置")


class TreeChangeKind(TextChoices):
    """What a change of the tree of authorities does (层级调整)."""

    ADD = "add", _("设立")
    RENAME = "rename", _("更名")
    MOVE = "move", _("调整隶属")
    CLOSE = "close", _("撤销")
    RESEAT = "reseat", _("单位划转")


class TreeChangeState(TextChoices):
    """State of a change that is dated ahead (层级调整状态)."""

    PENDING = "pending", _("待生效")
    APPLIED = "applied", _("已生效")
    WITHDRAWN = "withdrawn", _("已撤回")
    FAILED = "failed", _("未能生效")


TREE_CHANGE = StateChart(
    "pending",
    dict(TreeChangeState.choices),
    apply=("pending", "applied", _("生效")),
    fail=("pending", "failed", _("未能生效")),
    withdraw=("pending|failed", "withdrawn", _("撤回")),
)


class Density(TextChoices):
    """Height of table rows (表格行距)."""

    LOOSE = "loose", _("宽")
    NORMAL = "normal", _("中")
    TIGHT = "tight", _("密")


LANGUAGES = ("zh-hans", "en")
