"""Sentences that the scripts of the desk say; {name} is filled in by the script."""

from __future__ import annotations

from django.utils.translation import gettext as _


def page_words() -> dict[str, str]:
    """Return the sentences in the reader's language, by the key that the scripts use."""
    return {
        "close": _("关闭"),
        "failed": _("没有办成（{status}）。页面上的内容没有变动，请稍后再试。"),
        "offline": _("网络不通，没有办成。页面上的内容还在，请稍后再试。"),
        "too_big": _("文件超过{limit}，请压缩或分开上传。"),
        "blank": _("（空）"),
        "not_involved": _("不涉及"),
        "refused": _("没有保存：您现在的岗位或本表的状态不允许修改这一处。"),
        "saved_at": _("{time}已保存"),
        "unsent": _("{n}处正在保存"),
        "held": _("{n}处没有保存，待您处理"),
        "offline_kept": _("网络不通，{n}处存在本机，恢复后自动发送"),
        "signed_out": _("登录已过期，{n}处存在本机"),
        "sign_in_again": _("登录已过期。您填的内容存在本机，没有丢失；请在新页面登录，再回到这里发送。"),
        "sign_in": _("去登录"),
        "send_again": _("已登录，继续发送"),
        "no_room": _("本机存不下更多未发送的内容，请不要关闭本页，直到显示已保存。"),
        "differs": _("两人填的不同"),
        "somebody": _("另一人"),
        "theirs_is": _("{by}{at}填的是："),
        "mine_is": _("您填的是："),
        "keep_mine": _("保留我的"),
        "take_theirs": _("采用对方的"),
        "no_such_answer": _("“{text}”不是可选的答案，请填{options}。"),
        "pasted": _("粘贴了{n}格。"),
        "pasted_wrong": _("{n}格没有采用，原因写在格内。"),
        "pasted_strangers": _("清单里没有{names}（共{n}人），没有粘贴。"),
        "unsent_before_filing": _("这张表还有{n}处您填的内容只在本机，没有送到服务器。请回到表中，等显示已保存后再报送。"),
        "back_to_sheet": _("回到表中"),
        "undo_paste": _("撤销这次粘贴"),
    }
