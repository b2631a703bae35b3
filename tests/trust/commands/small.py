"""Commands of accounts, the tree, the calendar, evidence, documents, the desk and the portal."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from hengjian.campaigns.models import Submission
from hengjian.dossier import queries as dossier_queries
from hengjian.dossier import services as dossier
from hengjian.dossier.models import Document, EvidenceUse
from hengjian.parties import services as parties
from hengjian.parties.models import Account, Message, Post, TreeChange
from hengjian.rectification.models import Problem
from tests.dossier.authority import PASSPHRASE, TestAuthority
from tests.dossier.files import photo
from tests.factories import all_of
from tests.trust.commands.stage import File, Sent, Stage, command, signed_in


def admin(at: Stage):
    return at.post("authority_admin", at.world.province)


def manager(at: Stage):
    return at.post("institution_admin", at.institution)


def mate(at: Stage) -> Account:
    """A colleague in the institution."""
    return Account.objects.get(pk=at.post("filler", at.institution, "filler-1").id)


# The desk


def told(at: Stage, to: Any = None) -> Message:
    who = to or at.clerk
    parties.send_message(Account.objects.get(pk=who.id), actor=at.county, kind="urge", title="请报送", body="今天到期", url="/")
    return all_of(Message).filter(account_id=who.id).order_by("-id")[0]


@command("web:read_all")
def read_all(at: Stage) -> Sent:
    told(at)
    return Sent(at.clerk)


@command("web:read")
def read(at: Stage) -> Sent:
    return Sent(at.clerk, (told(at).pk,))


@command("web:density")
def density(at: Stage) -> Sent:
    return Sent(at.clerk, body={"density": "tight"})


@command("web:check", writes=False)
def check_history(at: Stage) -> Sent:
    return Sent(at.clerk, ("registry.institution", at.institution.pk))


@command("web:search", writes=False, reads=("q",))
def search(at: Stage) -> Sent:
    return Sent(at.county, body={"q": "青麓"})


@command("web:check_ledger", "verify")
def verify_ledger(at: Stage) -> Sent:
    return Sent(at.post("audit_admin"), ("verify",))


@command("web:check_ledger", "reconcile")
def reconcile_ledger(at: Stage) -> Sent:
    return Sent(at.post("audit_admin"), ("reconcile",))


@command("web:download_ledger", told_once=True, reads=("query",))
def download_ledger(at: Stage) -> Sent:
    return Sent(at.post("audit_admin"))


@command("portal:verify", writes=False, reads=("code", "data"))
def verify_document(at: Stage) -> Sent:
    return Sent(at.clerk, body={"code": "HJ-0000"})


@command("portal:document", writes=False, reads=("data",))
def document_known(at: Stage) -> Sent:
    made = issued(at)
    return Sent(at.clerk, (made.code,), {"data": File("自查表.pdf", b"%PDF-1.4")})


# Accounts


@command("parties:post_switch", writes=False, reads=("post", "next"))
def post_switch(at: Stage) -> Sent:
    return Sent(at.clerk, body={"post": str(Post.objects.get(account_id=at.clerk.id).pk)})


@command("parties:language", reads=("next",))
def language(at: Stage) -> Sent:
    return Sent(at.clerk, body={"language": "en"})


@command("parties:change_own", reads=("forget_phone",))
def change_own(at: Stage) -> Sent:
    return Sent(at.clerk, body={"email": "clerk@example.org", "phone": "13800001234", "language": "zh-hans", "density": "tight"})


@command("parties:end_others")
def end_others(at: Stage) -> Sent:
    signed_in(at.clerk)
    return Sent(at.clerk)


@command("parties:open_account", told_once=True)
def open_account(at: Stage) -> Sent:
    given = {"username": "new.filler", "name": "温知微", "phone": "13800004321", "email": "w@example.org", "role": "filler", "title": "", "valid_from": "2024-07-10", "valid_to": ""}
    return Sent(manager(at), body=given, refs={"role": "authority_admin"})


@command("parties:reset_password", told_once=True)
def reset_password(at: Stage) -> Sent:
    return Sent(manager(at), (mate(at).pk,), {"reason": "本人忘记密码，已核实身份"})


@command("parties:act_on_account", "grant")
def grant(at: Stage) -> Sent:
    return Sent(manager(at), (mate(at).pk, "grant"), {"role": "quality_manager", "title": "", "valid_from": "", "valid_to": ""}, refs={"role": "supervisor"})


@command("parties:act_on_account", "correct")
def correct(at: Stage) -> Sent:
    return Sent(manager(at), (mate(at).pk, "correct"), {"name": "温知微", "email": "w@example.org", "phone": "13800004321", "reason": "姓名录错，按身份证改正"})


@command("parties:act_on_account", "factor")
def factor(at: Stage) -> Sent:
    TOTP.activate(mate(at), generate_totp_secret())
    return Sent(manager(at), (mate(at).pk, "factor"), {"reason": "本人手机遗失，已核实身份"})


@command("parties:act_on_account", "switch")
def switch(at: Stage) -> Sent:
    return Sent(manager(at), (mate(at).pk, "switch"), {"reason": "已离职，停用账号"})


@command("parties:withdraw_post")
def withdraw_post(at: Stage) -> Sent:
    return Sent(manager(at), (Post.objects.get(account=mate(at)).pk,), {"reason": "调离本单位"})


# The tree and the calendar


@command("parties:add_authority")
def add_authority(at: Stage) -> Sent:
    given = {"parent": str(at.world.cities[0].pk), "name": "临江区市场监督管理局", "area_name": "临江区", "short_name": "临江", "key": "990103", "region_code": "990103",
             "level": "county", "valid_from": "2024-07-10"}
    return Sent(admin(at), body=given, refs={"parent": at.foreign.province.pk})


def county_act(at: Stage, code: str, **given: str) -> Sent:
    return Sent(admin(at), (at.world.counties[1].pk, code), {"on": "2024-07-10", "reason": "按省政府批复调整", **given})


@command("parties:act_on_authority", "rename")
def rename(at: Stage) -> Sent:
    return county_act(at, "rename", name="西岭新区市场监督管理局")


@command("parties:act_on_authority", "move")
def move(at: Stage) -> Sent:
    sent = county_act(at, "move", parent=str(at.world.cities[1].pk))
    sent.refs = {"parent": at.foreign.county.parent_id}
    return sent


@command("parties:act_on_authority", "close")
def close(at: Stage) -> Sent:
    sent = county_act(at, "close", successor=str(at.world.counties[0].pk))
    sent.refs = {"successor": at.foreign.county.pk}
    return sent


@command("parties:act_on_authority", "reseat", reads=("codes",))
def reseat(at: Stage) -> Sent:
    sent = county_act(at, "reseat", target=str(at.world.counties[0].pk))
    sent.body |= {"organisations": [str(at.facts.exam.pk)], "codes": ""}
    sent.refs = {"target": at.foreign.county.pk, "organisations": at.foreign.institution.pk, "codes": at.foreign.institution.organisation.uscc}
    return sent


@command("parties:withdraw_tree_change")
def withdraw_tree_change(at: Stage) -> Sent:
    parties.rename_authority(at.world.counties[1], actor=admin(at), name="西岭新区市场监督管理局", on=date(2024, 8, 1), reason="按省政府批复调整")
    change = all_of(TreeChange).order_by("-id")[0]
    return Sent(admin(at), (change.pk,), {"reason": "批复暂缓，撤回登记"})


@command("parties:settle_day")
def settle_day(at: Stage) -> Sent:
    given = {"day": "2024-08-05", "is_workday": "0", "name": "地方节日", "source": "国办发明电〔2024〕1号", "reason": "按通知核定"}
    return Sent(admin(at), body=given)


# Evidence and documents


def open_problem(at: Stage) -> Problem:
    """A problem of the first institution that is not closed."""
    return all_of(Problem).filter(org_id=at.institution.pk).exclude(state__in=["closed", "dismissed"]).order_by("number")[0]


def kept(at: Stage):
    problem = open_problem(at)
    return dossier.keep_evidence("整改前.jpg", File().data, actor=at.clerk, owner_row=problem, object_type="rectification.problem", object_id=problem.pk, item="before")


def issued(at: Stage) -> Document:
    """The form that was made of the filing of the first institution."""
    row = all_of(Submission).filter(org_id=at.institution.pk, key="self_check")[0]
    return dossier_queries.documents_of(at.clerk.scope, "campaigns.submission", row.pk)[0]


@command("dossier:keep")
def keep(at: Stage) -> Sent:
    given = {"object_type": "rectification.problem", "object_id": str(open_problem(at).pk), "item": "before", "file": [File(), File("二.png", photo("PNG"))], "note": "", "valid_until": ""}
    return Sent(at.clerk, body=given, refs={"object_id": at.foreign.problem.pk, "object_type": "parties.account"})


@command("dossier:detach")
def detach(at: Stage) -> Sent:
    use = all_of(EvidenceUse).get(evidence=kept(at))
    return Sent(at.clerk, (use.pk,), {"reason": "传错了照片，另行补传"})


@command("dossier:verify")
def verify(at: Stage) -> Sent:
    return Sent(at.county, (kept(at).pk,), {"method": "site", "note": "与现场一致"})


@command("dossier:replace")
def replace(at: Stage) -> Sent:
    return Sent(at.clerk, (kept(at).pk,), {"file": File("清晰版.png", photo("PNG")), "note": "换成清晰的照片"})


@command("dossier:seal_scan")
def seal_scan(at: Stage) -> Sent:
    return Sent(at.clerk, (issued(at).pk,), {"file": File("盖章页.jpg")})


@command("dossier:sign", reads=("without_stamp",))
def sign(at: Stage) -> Sent:
    certificate = File("单位证书.p12", AUTHORITY.organisation(at.institution.name))
    return Sent(at.clerk, (issued(at).pk,), {"certificate": certificate, "passphrase": PASSPHRASE.decode(), "meaning": "出具"})


AUTHORITY = TestAuthority()
