"""Tables of the exchange contract and workbooks, in and out."""

from hengjian.registry.exchange.importing import (
    ImportReport,
    check_file,
    confirm_run,
    counts_of,
    faults_of,
    import_path,
    marked_workbook,
)
from hengjian.registry.exchange.registers import register_workbook
from hengjian.registry.exchange.template import FOR_INSTITUTIONS, FOR_REGULATORS, FOR_TREE_KEEPERS, template_workbook
from hengjian.registry.exchange.writing import contract_rows, export_package, package_file, write_package

__all__ = [
    "FOR_INSTITUTIONS", "FOR_REGULATORS", "FOR_TREE_KEEPERS", "ImportReport", "check_file", "confirm_run", "contract_rows", "counts_of", "export_package", "faults_of",
    "import_path", "marked_workbook", "package_file", "register_workbook",
    "template_workbook", "write_package",
]
