"""Tables of campaigns (专项行动)."""

from hengjian.campaigns.models.campaign import Campaign, Deadline, Plan, Supplement, Target
from hengjian.campaigns.models.corrections import AnswerCorrection
from hengjian.campaigns.models.filing import Contradiction, Extension, Notice, Submission
from hengjian.campaigns.models.returns import CaseStory, StatCorrection, StatEdition, StatReturn, WorkReport

__all__ = [
    "AnswerCorrection", "Campaign", "CaseStory", "Contradiction", "Deadline", "Extension", "Notice", "Plan", "StatCorrection",
    "StatEdition", "StatReturn", "Submission", "Supplement", "Target", "WorkReport",
]
