"""Candidates of examinations with the session that they sat."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.tables import Tables


def seated_candidates(tables: Tables) -> ir.Table:
    """Return candidates with `institution_id`, starts_at and ends_at of their session, and `seat` = session_id/person_id."""
    sessions = tables["exam_sessions"].filter(ibis._.session_id.notnull()).select("session_id", "institution_id", "starts_at", "ends_at")
    candidates = tables["exam_candidates"].filter(ibis._.session_id.notnull() & ibis._.person_id.notnull())
    seated = candidates.inner_join(sessions, "session_id")
    return seated.mutate(seat=seated.session_id.concat("/", seated.person_id))
