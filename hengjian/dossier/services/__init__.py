"""Writes of the dossier: evidence in, documents out, seals."""

from hengjian.dossier.services.documents import document_file, issue_document, public_address
from hengjian.dossier.services.evidence import attach_evidence, detach_evidence, keep_evidence, replace_evidence, verify_evidence
from hengjian.dossier.services.scrubbing import check_files, remove_strays
from hengjian.dossier.services.sealing import seal_with_file, seal_with_scan, sign_with_certificate

__all__ = [
    "attach_evidence", "check_files", "detach_evidence", "document_file", "issue_document", "keep_evidence", "public_address", "remove_strays", "replace_evidence", "seal_with_file",
    "seal_with_scan", "sign_with_certificate", "verify_evidence",
]
