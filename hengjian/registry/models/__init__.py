"""Tables of the register (名录档案)."""

from hengjian.registry.models.imports import ImportRun, Reveal
from hengjian.registry.models.institutions import Approval, Institution, InstitutionWorkArea
from hengjian.registry.models.objects import Enterprise, Equipment
from hengjian.registry.models.people import Employment, Person, PersonBound
from hengjian.registry.models.practice import Credential, Education, InsuranceMonth, Title, Training, Verification
from hengjian.registry.models.staffing import StaffingRule

__all__ = [
    "Approval", "Credential", "Education", "Employment", "Enterprise", "Equipment", "ImportRun", "Institution",
    "InstitutionWorkArea", "InsuranceMonth", "Person", "PersonBound", "Reveal", "StaffingRule", "Title", "Training",
    "Verification",
]
