"""Writes of the register, one audited action each."""

from hengjian.registry.services.imports import (
    confirm_import,
    forget_old_uploads,
    is_kept,
    keep_upload,
    open_import,
    refuse_import,
    uploaded_bytes,
)
from hengjian.registry.services.institutions import (
    add_approval,
    add_institution,
    add_work_area,
    change_approval,
    change_institution,
    move_approval,
    move_institution,
    remove_work_area,
)
from hengjian.registry.services.objects import add_enterprise, add_equipment, change_equipment
from hengjian.registry.services.people import (
    add_employment,
    add_person,
    cancel_practice,
    change_employment,
    change_person,
    end_employment,
    register_practice,
)
from hengjian.registry.services.practice import (
    add_credential,
    add_education,
    add_insurance_months,
    add_title,
    cancel_credential,
    change_credential,
    change_education,
    change_title,
    record_training,
    record_verification,
)
from hengjian.registry.services.reveals import Revealed, record_export, reveal
from hengjian.registry.services.staffing import enter_staffing_rule, load_staffing_rules

__all__ = [
    "Revealed", "add_approval", "add_credential", "add_education", "add_employment", "add_enterprise", "add_equipment",
    "add_institution", "add_insurance_months", "add_person", "add_title", "add_work_area", "cancel_credential",
    "cancel_practice", "change_approval", "change_credential", "change_education", "change_employment",
    "change_equipment", "change_institution", "change_person", "change_title", "confirm_import", "end_employment",
    "enter_staffing_rule", "forget_old_uploads", "is_kept", "keep_upload", "load_staffing_rules", "move_approval",
    "move_institution", "open_import", "record_export", "record_training", "record_verification", "refuse_import", "register_practice",
    "remove_work_area", "reveal", "uploaded_bytes",
]
