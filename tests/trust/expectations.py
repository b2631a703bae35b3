"""Who may open what, written by hand: from the guide (docs/guide), the product map and the house rules, not from the program.

A line: method | kind of object | roles: relations; … | routes. Relations that are not named are not found (404); roles that
are not named are refused (403). ``!`` before a relation: the object is seen, but this is not theirs to do (403, or 404, and
nothing is written). A role may be narrowed to a level: ``authority_admin@province``. ``everyone``: whoever has signed in.
"""

from __future__ import annotations

from dataclasses import dataclass

from hengjian.parties.states import Role

GROUPS = {
    "regulators": ("supervisor", "leader"),
    "fillers": ("institution_admin", "unit_head", "technical_manager", "quality_manager", "filler"),
    "institution": ("institution_admin", "unit_head", "technical_manager", "quality_manager", "filler", "inspector"),
    "platform": ("system_admin", "security_admin", "audit_admin"),
    "everyone": tuple(Role.values),
}

TABLE = """
# 每个人自己的（README「每一页都有的」）
GET  | -       | everyone: own | web:desk web:search web:inbox parties:own_account
POST | -       | everyone: own | web:read_all web:density parties:change_own parties:end_others
POST | -       | everyone: !own | parties:post_switch
POST | message | everyone: own | web:read

# 不登录就能核对文件（regulator 五.4、D2）；登录、退出、改密码、动态验证码由库提供
GET  | code    | public | portal:document
GET  | -       | public | portal:verify
LIB  | -       | everyone: own | parties:language
LIB  | -       | everyone: own | account_login account_logout account_change_password account_reauthenticate mfa_index mfa_authenticate
LIB  | -       | everyone: own | mfa_reauthenticate mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes
LIB  | -       | everyone: own | mfa_generate_recovery_codes mfa_download_recovery_codes

# 存证（administrator：审计管理员查全部登记，不看业务数据）
GET  | -       | audit_admin: own | web:ledger web:ledger_checks
POST | -       | audit_admin: own | web:check_ledger web:download_ledger
GET  | check   | platform: any | web:ledger_check

# 恢复到较早时刻以后：三员都看得到少了什么；没有恢复过，就没有可同意的
GET  | -       | platform: own | web:recovery web:lost_entries web:lost_before
POST | -       | system_admin: !own; audit_admin: !own | web:consent_to_recovery
GET  | entry   | regulators: descendant here; institution: own; system_admin: ; security_admin: ; authority_admin: | web:proof

# 制度包、工作日历
GET  | -          | regulators: own; authority_admin: own; institution: own; system_admin: own; audit_admin: own | web:packs
GET  | definition | regulators: any; authority_admin: any; institution: any; system_admin: any; audit_admin: any | web:definition
GET  | -          | regulators: own; authority_admin: own; institution: own | parties:calendar
POST | -          | authority_admin@province: own; authority_admin: !own | parties:settle_day

# 账号与岗位（administrator：各管各的，谁也不能授予自己没有的）
GET  | -               | authority_admin: own; institution_admin: own; security_admin: own | parties:accounts
BOTH | -               | authority_admin: own; institution_admin: own; security_admin: own | parties:open_account
GET  | officer_account | authority_admin: own descendant; institution_admin: ; security_admin: | parties:account
GET  | chief_account   | authority_admin: descendant !own; institution_admin: ; security_admin: any | parties:account
GET  | keeper_account  | authority_admin: descendant; institution_admin: !own; security_admin: | parties:account
GET  | staff_account   | authority_admin: descendant; institution_admin: own; security_admin: | parties:account
POST | officer_account | authority_admin: own descendant; institution_admin: ; security_admin: | parties:reset_password parties:act_on_account
POST | chief_account   | authority_admin: descendant !own; institution_admin: ; security_admin: any | parties:reset_password parties:act_on_account
POST | keeper_account  | authority_admin: descendant; institution_admin: !own; security_admin: | parties:reset_password parties:act_on_account
POST | staff_account   | authority_admin: !descendant; institution_admin: own; security_admin: | parties:reset_password parties:act_on_account
POST | officer_post    | authority_admin: own descendant; institution_admin: ; security_admin: | parties:withdraw_post
POST | chief_post      | authority_admin: descendant !own; institution_admin: ; security_admin: any | parties:withdraw_post
POST | keeper_post     | authority_admin: descendant; institution_admin: !own; security_admin: | parties:withdraw_post
POST | staff_post      | authority_admin: !descendant; institution_admin: own; security_admin: | parties:withdraw_post

# 监管层级由省级单位管理员维护
GET  | -         | regulators: own; authority_admin: own | parties:tree
POST | -         | authority_admin@province: own; authority_admin: !own | parties:add_authority
POST | authority | authority_admin@province: own descendant; authority_admin: !own !descendant !ancestor | parties:act_on_authority
POST | change    | authority_admin@province: own; authority_admin: !ancestor | parties:withdraw_tree_change

# 证据与文件：本单位的，辖区内的；立案和检查的材料只给监管部门；没有送达的指令书机构看不到
POST | -              | regulators: !own; institution: !own | dossier:keep
GET  | open_file      | regulators: own descendant here; institution: own | dossier:evidence dossier:original
GET  | open_file      | regulators: own descendant here; institution: own | dossier:display
GET  | order_file     | regulators: own descendant here; institution: own | dossier:evidence dossier:original
GET  | order_file     | regulators: own descendant here; institution: own | dossier:display
GET  | drafted_file   | regulators: own descendant here; institution: | dossier:evidence dossier:original
GET  | drafted_file   | regulators: own descendant here; institution: | dossier:display
GET  | inner_file     | regulators: own descendant here; institution: | dossier:evidence dossier:original
GET  | inner_file     | regulators: own descendant here; institution: | dossier:display
GET  | campaign_file  | regulators: own descendant; institution: | dossier:evidence dossier:original
GET  | campaign_file  | regulators: own descendant; institution: | dossier:display
GET  | plan_file      | regulators: own descendant; institution: | dossier:evidence dossier:original
GET  | plan_file      | regulators: own descendant; institution: | dossier:display
POST | open_file      | regulators: own descendant here; institution: own | dossier:verify dossier:replace
POST | order_file     | regulators: own descendant here; institution: own | dossier:verify dossier:replace
POST | drafted_file   | regulators: own descendant here; institution: | dossier:verify dossier:replace
POST | inner_file     | regulators: own descendant here; institution: | dossier:verify dossier:replace
POST | campaign_file  | regulators: own descendant; institution: | dossier:verify dossier:replace
GET  | draft_file     | regulators: own; institution: | dossier:evidence dossier:original
GET  | draft_file     | regulators: own; institution: | dossier:display
POST | draft_file     | regulators: own; institution: | dossier:verify dossier:replace
POST | draft_use      | regulators: own; institution: | dossier:detach
POST | plan_file      | regulators: own descendant; institution: | dossier:verify dossier:replace
POST | open_use       | regulators: own descendant here; institution: own | dossier:detach
POST | order_use      | regulators: own descendant here; institution: own | dossier:detach
POST | drafted_use    | regulators: own descendant here; institution: | dossier:detach
POST | inner_use      | regulators: own descendant here; institution: | dossier:detach
GET  | open_document  | regulators: own descendant here; institution: own | dossier:document dossier:document_file
GET  | order_document | regulators: own descendant here; institution: own | dossier:document dossier:document_file
GET  | drafted_document | regulators: own descendant here; institution: | dossier:document dossier:document_file
GET  | inner_document | regulators: own descendant here; institution: | dossier:document dossier:document_file
POST | open_document  | regulators: own descendant here; institution: own | dossier:seal_scan dossier:sign
POST | order_document | regulators: own descendant here; institution: own | dossier:seal_scan dossier:sign
POST | drafted_document | regulators: own descendant here; institution: | dossier:seal_scan dossier:sign
POST | inner_document | regulators: own descendant here; institution: | dossier:seal_scan dossier:sign

# 机构与人员（沪317号 一(三)：注册在本辖区以及在本辖区内开展业务的）
GET  | -           | regulators: own; institution: own | registry:institutions registry:people registry:staffing
GET  | -           | institution: own | registry:own
BOTH | -           | regulators: own | registry:new_institution registry:new_enterprise
GET  | -           | regulators: own | registry:enterprises registry:equipment
GET  | institution | regulators: descendant here; institution: own | registry:institution
GET  | person      | regulators: descendant here; institution: own | registry:person
GET  | shared      | regulators: descendant; institution: own | registry:person
BOTH | person      | regulators: descendant !here; fillers: own | registry:reveal
GET  | enterprise  | regulators: own descendant | registry:enterprise
# 人员条件数值由省级录入；导入、模板对不办理导入的市县管理员不开放，他们因此连别人的导入也无从问起
BOTH | -           | regulators@province: own; regulators: !own | registry:enter_rule
BOTH | -           | regulators: own; fillers: own; authority_admin@province: own; authority_admin: !own | registry:imports
GET  | -           | regulators: own; fillers: own; authority_admin@province: own; authority_admin: !own | registry:template
GET  | run         | regulators: own; fillers: own; authority_admin@province: !own | registry:import_run registry:marked
POST | run         | regulators: own; fillers: own; authority_admin@province: !own | registry:confirm_import registry:give_up_import
BOTH | -           | regulators: own; fillers: own | registry:export
# 机构、核准信息和人员档案由注册地的监管部门维护（在本辖区开展业务的外地机构，看得到，不能改），机构自己登记人员；注销资质由监管部门办理
BOTH | institution_row | regulators: descendant !here; fillers: !own | registry:act
BOTH | institution_staff_row | regulators: descendant !here; fillers: own | registry:act
BOTH | employment_row  | regulators: descendant !here; fillers: own | registry:act
BOTH | credential_row  | regulators: descendant !here; fillers: own | registry:act
BOTH | credential_end_row | regulators: descendant !here; fillers: !own | registry:act
BOTH | education_row   | regulators: descendant !here; fillers: own | registry:act
BOTH | title_row       | regulators: descendant !here; fillers: own | registry:act
BOTH | enterprise_row  | regulators: own descendant; fillers: | registry:act

# 问题整改
GET  | -       | regulators: own; institution: own | rectification:problems rectification:figures rectification:lists
BOTH | -       | regulators: own; fillers: own | rectification:open
POST | -       | regulators: own; institution: own | rectification:issue_list
GET  | problem | regulators: descendant here; institution: own | rectification:problem
POST | problem | regulators: descendant here; institution: own | rectification:act
POST | problem_extension | regulators: descendant; institution: !own | rectification:decide

# 指令书与立案：机构只看送达给自己的指令书
GET  | -             | regulators: own; institution: own | enforcement:orders
BOTH | -             | regulators: !own | enforcement:draft_order enforcement:file_case
GET  | -             | regulators: own | enforcement:cases
POST | order         | regulators: descendant here; institution: own | enforcement:print_order
GET  | order         | regulators: descendant here; institution: own | enforcement:order
POST | drafted_order | regulators: descendant here; institution: | enforcement:print_order
GET  | drafted_order | regulators: descendant here; institution: | enforcement:order
POST | order         | regulators: descendant here; institution: own | enforcement:act_on_order
POST | drafted_order | regulators: descendant here; institution: | enforcement:act_on_order
POST | case          | regulators: descendant here | enforcement:print_case
GET  | case          | regulators: descendant here | enforcement:case
POST | case          | regulators: descendant here | enforcement:act_on_case

# 监督检查
GET  | -     | regulators: own | supervision:visits supervision:coverage
BOTH | -     | regulators: own | supervision:record
POST | visit         | regulators: descendant here | supervision:print_record
GET  | visit | regulators: descendant here | supervision:visit
POST | visit | regulators: descendant here | supervision:act

# 专项行动：发起前只有本单位看得到；发起后到达各级和应报机构
GET  | -        | regulators: own; institution: own | campaigns:campaigns campaigns:extensions
BOTH | -        | regulators: own | campaigns:new_campaign
GET  | campaign | regulators: own ancestor descendant; institution: ancestor | campaigns:campaign campaigns:timetable campaigns:letters
GET  | draft    | regulators: own; institution: | campaigns:campaign
GET  | campaign_paper | regulators: own ancestor descendant; institution: ancestor | campaigns:document
BOTH | draft    | regulators: own | campaigns:draft campaigns:preview
GET  | draft    | regulators: own | campaigns:find_institutions
POST | draft    | regulators: own | campaigns:discard
POST | campaign | regulators: own !ancestor !descendant | campaigns:close campaigns:set_rules campaigns:discard
GET  | campaign | regulators: own ancestor descendant | campaigns:targets campaigns:board campaigns:board_file campaigns:series campaigns:relay
GET  | campaign | regulators: own ancestor descendant | campaigns:compare campaigns:extensions_of campaigns:returns campaigns:reports
GET  | campaign | regulators: own ancestor descendant | campaigns:dashboard campaigns:dashboard_file
GET  | branch   | regulators: !own descendant | campaigns:board_branch
POST | campaign | regulators: own ancestor descendant | campaigns:urge
BOTH | campaign | regulators: own ancestor descendant | campaigns:new_letters campaigns:tell_story
POST | target   | regulators: descendant | campaigns:leave_out campaigns:take_in
POST | return_row | regulators: !own descendant | campaigns:urge_return

# 签收和逐级转发：上级的方案看得到，只能办本级的
GET  | plan       | regulators: own ancestor descendant | campaigns:plan
POST | plan       | regulators: own !ancestor !descendant | campaigns:plan
POST | plan       | regulators: own !ancestor !descendant | campaigns:acknowledge_plan campaigns:add_paper
GET  | plan       | regulators: own ancestor descendant | campaigns:plan_hint
GET  | plan       | regulators: own !ancestor !descendant | campaigns:supplement_hint
GET  | plan       | regulators: own ancestor descendant | campaigns:print_plan
BOTH | plan       | regulators: own !ancestor !descendant | campaigns:new_supplement
GET  | supplement | regulators: own ancestor descendant; institution: ancestor | campaigns:supplement campaigns:print_supplement

# 延期、督办单
GET  | extension     | regulators: own descendant; institution: own | campaigns:extension
POST | extension     | regulators: !own descendant | campaigns:decide_extension
GET  | filing_row    | regulators: descendant; institution: own | campaigns:ask_extension
POST | filing_row    | regulators: !descendant; institution: own | campaigns:ask_extension
GET  | return_row    | regulators: own descendant; institution: | campaigns:ask_extension
POST | return_row    | regulators: own !descendant; institution: | campaigns:ask_extension
GET  | letter        | regulators: own descendant; institution: own | campaigns:letter campaigns:letter_file
POST | letter        | regulators: own descendant; institution: own | campaigns:act_on_letter

# 机构的通知、任务、自查表
GET  | campaign   | institution: ancestor | campaigns:notice
POST | campaign   | institution: ancestor | campaigns:acknowledge_notice
GET  | task       | regulators: descendant; institution: own | campaigns:task
POST | task       | fillers: own | campaigns:report_task
GET  | -          | institution: own | campaigns:own_submissions
POST | target     | fillers: own | campaigns:acknowledge_target
GET  | submission | regulators: descendant; institution: own | campaigns:submission campaigns:selfcheck_form campaigns:compare_selfcheck campaigns:print_selfcheck
POST | submission | fillers: own | campaigns:begin_selfcheck campaigns:assign_filler campaigns:withdraw_submission campaigns:seal_filing
POST | submission | fillers: own | campaigns:file_written_report campaigns:sheet_cell campaigns:sheet_block campaigns:claim_staffing
POST | submission | fillers: own | campaigns:apply_proposals campaigns:refresh_roster campaigns:add_person campaigns:apply_workbook
POST | submission | fillers: !own | campaigns:remove_person
BOTH | submission | fillers: own | campaigns:check_selfcheck campaigns:workbook
GET  | submission | fillers: own | campaigns:sheet campaigns:workbook_file
POST | submission | regulators: descendant; institution: own | campaigns:line_evidence
POST | contradiction | fillers: own | campaigns:explain_contradiction campaigns:concede_contradiction
POST | remark     | fillers: own | campaigns:answer_remark
POST | submission | regulators: descendant | campaigns:remark_cell campaigns:return_submission campaigns:accept_submission
POST | remark     | regulators: descendant | campaigns:settle_remark
POST | contradiction | regulators: descendant | campaigns:judge_contradiction
POST | answer     | regulators: descendant | campaigns:judge_correction

# 统计表、工作报告：往上报，本级办，上级收；下级的看得到，上级的看不到
GET  | return     | regulators: own descendant | campaigns:statistics campaigns:figure campaigns:figure_rows campaigns:statistics_file
GET  | return     | regulators: !own !descendant | campaigns:compare_editions
POST | return     | regulators: own !descendant | campaigns:correct_figure campaigns:begin_return campaigns:file_return campaigns:revise_return
POST | correction | regulators: own !descendant | campaigns:withdraw_correction
POST | return     | regulators: !own descendant | campaigns:accept_return campaigns:send_back_return
GET  | report     | regulators: own descendant | campaigns:report campaigns:report_file
BOTH | report     | regulators: own !descendant | campaigns:edit_report
POST | report     | regulators: own !descendant | campaigns:redraft_report campaigns:file_report campaigns:revise_report
POST | report     | regulators: !own descendant | campaigns:accept_report campaigns:return_report

# 典型案例：按地区查找，查的是本单位和下级登记的
GET  | -     | regulators: own | campaigns:stories
GET  | story | regulators: own descendant | campaigns:story
BOTH | story | regulators: own !descendant | campaigns:amend_story
POST | story | regulators: own !descendant | campaigns:drop_story
"""

PROVERS = "regulators: ; authority_admin: ; institution: ; system_admin: ; security_admin: ; "
OBJECTS = """
problem       | regulators: descendant here; institution: own
order         | regulators: descendant here; institution: own
drafted_order | regulators: descendant here; institution:
case          | regulators: descendant here; institution:
visit         | regulators: descendant here; institution:
institution   | regulators: descendant here; institution: own
person        | regulators: descendant here; institution: own
enterprise    | regulators: own descendant; institution:
submission    | regulators: descendant; institution: own
letter        | regulators: own descendant; institution: own
extension     | regulators: own descendant; institution: own
return        | regulators: own descendant; institution:
report        | regulators: own descendant; institution:
story         | regulators: own descendant; institution:
campaign      | regulators: own descendant ancestor; institution: ancestor
draft         | regulators: own; institution:
plan          | regulators: own descendant ancestor; institution:
supplement    | regulators: own descendant ancestor; institution: ancestor
inner_file    | regulators: descendant here; institution:
draft_file    | regulators: own; institution:
open_file     | regulators: descendant own here; institution: own
open_document | regulators: own descendant here; institution: own
officer_account | authority_admin: own descendant
chief_account | authority_admin: own descendant; security_admin: any
keeper_account | authority_admin: descendant; institution_admin: own
staff_account | authority_admin: descendant; institution_admin: own
"""
"""Objects whose page, history and proofs one reads together: kind | who."""



@dataclass(frozen=True)
class Rule:
    """One line of the table: for a role the relations that are open, and those that are seen but not theirs to act on."""

    method: str
    kind: str
    may: dict[str, frozenset[str]]
    sees: dict[str, frozenset[str]]
    routes: tuple[str, ...]
    is_public: bool = False

    def expected(self, role: str, level: str, relation: str) -> str:
        """``open``, ``seen``, ``hidden`` (404) or ``closed`` (403) for a post."""
        narrow = f"{role}@{level}"
        if self.is_public:
            return "hidden" if relation == "guessed" else "open"
        if role not in self.may and narrow not in self.may:
            return "closed"
        if narrow in self.may:
            role = narrow
        if relation in self.may[role]:
            return "open"
        return "seen" if relation in self.sees[role] else "hidden"


def _of_roles(text: str) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    may: dict[str, frozenset[str]] = {}
    sees: dict[str, frozenset[str]] = {}
    for part in text.split(";"):
        who, _colon, relations = part.partition(":")
        name, at, level = who.strip().partition("@")
        for role in GROUPS.get(name, (name,)):
            may[role + at + level] = frozenset(one for one in relations.split() if not one.startswith("!"))
            sees[role + at + level] = frozenset(one[1:] for one in relations.split() if one.startswith("!"))
    return may, sees


def rules() -> list[Rule]:
    """The table, read."""
    found = []
    for line in TABLE.splitlines():
        if line.strip() and not line.startswith("#"):
            method, kind, who, routes = (part.strip() for part in line.split("|"))
            may, sees = ({}, {}) if who == "public" else _of_roles(who)
            found.append(Rule(method, kind, may, sees, tuple(routes.split()), who == "public"))
    return found + _of_objects()


def _of_objects() -> list[Rule]:
    """A history is read by whoever reads the page; the auditor reads every history, of the ledger alone, which outlives the row; proofs are for parties."""
    found = []
    for line in OBJECTS.splitlines():
        if line.strip():
            kind, who = (part.strip() for part in line.split("|"))
            place = "web:open" if not kind.endswith("_account") else ""
            for head, tail, routes in (("everyone: ; ", "", place), ("everyone: ; ", "; audit_admin: any deleted", "web:history"),
                                       ("everyone: ; ", "; audit_admin: any deleted", "web:check"), (PROVERS, "", "web:proofs")):
                found += [Rule("POST" if routes == "web:check" else "GET", f"object/{kind}", *_of_roles(head + who + tail), (routes,))] if routes else []
    held = "everyone: ; ".replace("everyone", "regulators") + "regulators: descendant here; institution: own"
    found.append(Rule("GET", "object/problem", *_of_roles(held), ("dossier:evidence_of",)))
    return found
