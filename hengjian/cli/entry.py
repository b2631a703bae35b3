"""Run the command line: whatever goes wrong ends in a sentence and an exit code, never in a traceback."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from pathlib import Path

import typer
from typer.main import get_command

from hengjian.cli.app import app
from hengjian.cli.console import stop

USAGE: type[Exception] = typer.BadParameter.__mro__[1]
"""The faults of a command line itself, of which Typer shows BadParameter only."""

WRONG_USAGE, INTERRUPTED = 2, 130
SYSTEM_SAID = {
    errno.ENOENT: "没有这个文件或目录", errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENOSPC: "磁盘已满", errno.EROFS: "所在磁盘只能读",
    errno.EISDIR: "这是一个目录", errno.ENOTDIR: "路径中有一段不是目录", errno.EEXIST: "已经存在", errno.ENOTEMPTY: "目录不是空的",
    errno.EFBIG: "文件超过了这里允许的大小", errno.EDQUOT: "超过了磁盘配额", errno.EIO: "磁盘读写出错",
}


VALUE_SAID = {"Input should be a valid integer": "应是整数", "Input should be a valid number": "应是数字"}


def run() -> None:
    """Run the command that was typed."""
    try:
        code = get_command(app).main(prog_name="hengjian", standalone_mode=False)
    except typer.Exit as ended:  # raised outside a command, by the guards around it
        code = ended.exit_code
    except typer.Abort:
        code = _told("已取消。")
    except KeyboardInterrupt:
        code = _told("已中断；没有写完的都已撤回。", INTERRUPTED)
    except USAGE as fault:
        code = _usage(fault)
    except Exception as error:
        code = _told(in_words(error))
    sys.exit(code or 0)


def _told(reason: str, code: int = 1) -> int:
    try:
        stop(reason, code)
    except typer.Exit as ended:
        return ended.exit_code


def _usage(fault: Exception) -> int:
    if type(fault).__name__ == "NoArgsIsHelpError":
        fault.show()  # type: ignore[attr-defined]
        return WRONG_USAGE
    context = getattr(fault, "ctx", None)
    path = context.command_path if context is not None else "hengjian"
    return _told(f"{_usage_in_words(fault)}\n  用法见：{path} --help", WRONG_USAGE)


def _usage_in_words(fault: Exception) -> str:
    said, kind, param = str(getattr(fault, "message", fault)), type(fault).__name__, getattr(fault, "param", None)
    opts = [one for one in getattr(param, "opts", None) or [] if one.startswith("-")]
    name = "、".join(opts) or str(getattr(param, "metavar", None) or getattr(param, "name", None) or "").upper()
    if kind == "MissingParameter":
        return f"缺少 {name}。"
    if kind == "NoSuchOption":
        near = "、".join(getattr(fault, "possibilities", None) or [])
        return f"没有 {getattr(fault, 'option_name', '')} 这个选项。" + (f"是不是 {near}？" if near else "")
    if said.startswith("No such command"):
        return f"没有这个命令：{said.split(chr(39))[1] if chr(39) in said else said}。"
    if said.startswith("Got unexpected extra argument"):
        return f"多出了参数：{said.rpartition('(')[2].rstrip(').')}。"
    said = VALUE_SAID.get(said.partition(",")[0], said).replace("Input should be greater than or equal to", "不能小于")
    return f"{name} 的值不对：{said}" if name else f"用法不对：{said}"


def in_words(error: Exception) -> str:
    """What went wrong and what to do, in Chinese; of what nobody foresaw the place where its traceback was kept."""
    for tell in (_of_the_house, _of_django, _of_the_system):
        if said := tell(error):
            return said
    return f"没有预料到的错误 {type(error).__name__}：{error}\n  详情已写入 {_kept(error)}，请交给系统管理员。"


def _of_the_house(error: Exception) -> str:
    # None of them is of use to --help.
    from hengjian.base.crypto import Tampered
    from hengjian.base.errors import BadInput, NotAllowed, OutOfScope, ReadOnly
    from hengjian.base.ledger.keys import KeyMissing
    from hengjian.forms.packs import PackFaults

    if isinstance(error, OutOfScope):
        return "没有找到，或者不在这个账号的职责范围之内。"
    if isinstance(error, PackFaults):
        return "\n  ".join(["制度包有误：", *(str(fault) for fault in error.faults)])
    if isinstance(error, BadInput | NotAllowed | ReadOnly):
        return str(error)
    if isinstance(error, KeyMissing):
        return f"账本的密钥文件不见了：请把当初的那一份放回密钥目录，不要换新的。（{error}）"
    if isinstance(error, Tampered):
        return f"密钥与数据不是一套，或数据被改动过：请检查密钥目录，参见 hengjian doctor。（{error}）"
    return ""


def _of_django(error: Exception) -> str:
    # Django is a dependency of most commands; it is loaded by then.
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, InterfaceError

    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, ImproperlyConfigured):
        return f"设置或密钥有误：{said}"
    if not isinstance(error, DatabaseError | InterfaceError):
        return ""
    if "no such table" in said or "does not exist" in said or "no such column" in said:
        return f"数据库还没有建立，或者版本不对：请先运行 hengjian migrate。（{said}）"
    if "locked" in said:
        return f"数据库正被别的进程占用，请稍后再试。（{said}）"
    return f"数据库不能用，请检查 HENGJIAN_DATABASE_URL 和数据库服务：{said}"


def _of_the_system(error: Exception) -> str:
    if not isinstance(error, OSError):
        return ""
    said = SYSTEM_SAID.get(error.errno or 0, error.strerror or str(error))
    return f"{error.filename}：{said}。" if error.filename else f"{said}。"


def _kept(error: Exception) -> Path:
    folder = Path(os.environ.get("HENGJIAN_VAR", "") or tempfile.gettempdir())
    descriptor, name = tempfile.mkstemp(prefix="hengjian-error-", suffix=".log", dir=folder if folder.is_dir() else None)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(traceback.format_exception(error))
    return Path(name)
