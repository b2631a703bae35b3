"""Names that packs may use and that code stands behind: indicators and sources of prefilled values."""

INDICATORS = frozenset({
    "institutions_self_checked", "people_checked",
    "practice_problem_people", "practice_cancelled_people",
    "education_problem_people", "education_cancelled_people",
    "title_problem_people", "title_cancelled_people",
    "staffing_unmet_institutions", "staffing_rectified_institutions",
    "authenticity_problem_institutions", "authenticity_rectified_institutions",
    "institutions_inspected", "institutions_inspected_on_site", "institutions_with_violations",
    "orders_issued", "cases_filed", "examination_institutions_inspected",
})
REGISTRY_VALUES = frozenset({
    "institution_name", "address", "unified_code", "legal_representative", "legal_representative_phone",
    "contact_name", "contact_phone", "name", "practice_registered", "insured_continuously", "staffing_met",
})
ACCOUNT_VALUES = frozenset({"name", "phone", "authority_name"})
LEVELS = ("institution", "county", "city", "province")
