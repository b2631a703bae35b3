"""Reads of the register; each takes the scope first."""

from hengjian.registry.queries.files import PracticeFile, latest_verifications, practice_file
from hengjian.registry.queries.institutions import (
    Area,
    InstitutionLine,
    approvals_valid,
    areas_within,
    authority_names,
    institution_by_id,
    institution_lines,
    institutions,
    institutions_with_speciality,
    work_areas,
)
from hengjian.registry.queries.insurance import InsuranceCell, insurance_matrix, months_before
from hengjian.registry.queries.objects import enterprises, equipment
from hengjian.registry.queries.pages import InstitutionPage, PersonLine, import_runs, institution_page, person_lines
from hengjian.registry.queries.parts import parts_of
from hengjian.registry.queries.people import (
    certified_people,
    employed_people,
    employments_of,
    on_day,
    people,
    person_by_id,
    person_by_id_number,
    same_name,
    valid_credentials,
)
from hengjian.registry.queries.staffing import (
    StaffingLine,
    StaffingResult,
    staffing_classes,
    staffing_result,
    staffing_rules,
)

__all__ = [
    "Area", "InstitutionLine", "InstitutionPage", "InsuranceCell", "PersonLine", "PracticeFile", "StaffingLine", "StaffingResult",
    "approvals_valid", "areas_within", "authority_names", "certified_people", "employed_people", "employments_of",
    "enterprises", "equipment", "import_runs", "institution_by_id", "institution_lines", "institution_page", "institutions",
    "institutions_with_speciality", "insurance_matrix", "latest_verifications", "months_before", "on_day", "parts_of",
    "people",
    "person_by_id", "person_by_id_number", "person_lines", "practice_file", "same_name", "staffing_classes", "staffing_result",
    "staffing_rules", "valid_credentials", "work_areas",
]
