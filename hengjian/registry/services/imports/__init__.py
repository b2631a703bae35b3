"""Import of many rows at once: plan against what is held, then write whole or not at all."""

from hengjian.registry.services.imports.model import ImportFault, Plan, TypedRow, TypedTables
from hengjian.registry.services.imports.planning import plan_import
from hengjian.registry.services.imports.runs import (
    confirm_import,
    forget_old_uploads,
    former_import,
    is_kept,
    keep_upload,
    open_import,
    refuse_import,
    uploaded_bytes,
)

__all__ = [
    "ImportFault", "Plan", "TypedRow", "TypedTables", "confirm_import", "forget_old_uploads", "former_import", "is_kept",
    "keep_upload", "open_import", "plan_import", "refuse_import", "uploaded_bytes",
]
