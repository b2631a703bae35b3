"""One unit of the demonstration files again with a “否” put right; the county accepts, and has still to say what that means."""

from __future__ import annotations

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import services as campaigns
from hengjian.campaigns.models import Submission
from hengjian.campaigns.queries import Claim, unattended_claims
from hengjian.dossier import services as dossier
from hengjian.forms import queries as forms
from hengjian.forms import services as sheets
from hengjian.web.demo import stage
from hengjian.web.demo.acts import Play
from hengjian.web.demo.holdings import picture


def correct(play: Play) -> None:
    """On 23 July a county asks for proof of a “否”; the unit corrects it with a file, and is accepted again."""
    held = Submission.objects.within(EVERYTHING).filter(campaign=play.running, state__in=["filed", "accepted"], sheet__isnull=False)
    for submission in held.select_related("checker", "sheet__definition", "target__institution", "campaign").order_by("id"):
        told = [claim for claim in unattended_claims(EVERYTHING, submission) if claim.line_key]
        if told:
            stage.at(7, 23, 14)
            officer = stage.officer(submission.checker)
            submission = campaigns.return_submission(submission, actor=officer, reason="请补充整改证明材料后重新报送。")
            _file_again(submission, told[0])
            campaigns.accept_submission(submission, actor=officer)
            return


def _file_again(submission: Submission, claim: Claim) -> None:
    actor, sheet = stage.clerk(submission.org_id), submission.sheet
    assert sheet is not None
    line = forms.sheet_lines(actor.scope, sheet).get(key=claim.line_key)
    words = f"{claim.words}；7月23日已整改完毕，证明材料见证据"
    sheets.fill_cells(sheet, actor=actor, cells={line.key: {claim.column: "是", "remarks": words}})
    name = f"{line.label}-整改证明.png"
    dossier.keep_evidence(
        name, picture(name), actor=actor, owner_row=submission, object_type="forms.sheetline", object_id=line.pk, item=claim.column,
        note="整改证明材料（演示图片）",
    )
    submission.refresh_from_db()
    campaigns.file_selfcheck(submission, actor=actor, filler_name=actor.name, filler_phone="0000-8801234", filled_on=clock.today())
    submission.refresh_from_db()
