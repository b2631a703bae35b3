"""录像不完整: the video does not cover the session."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return sessions whose video begins late or ends early, where both its times are known; times that run backwards tell nothing."""
    known = tables["exam_sessions"].filter(ibis._.session_id.notnull() & (ibis._.video_from <= ibis._.video_until))
    filmed = known.filter(known.starts_at.isnull() | known.ends_at.isnull() | (known.starts_at <= known.ends_at))
    gap = filmed.filter((filmed.video_from > filmed.starts_at).fill_null(False) | (filmed.video_until < filmed.ends_at).fill_null(False))
    return gap.select(
        "starts_at", "ends_at", "video_from", "video_until", "institution_id", subject_id="session_id", occurred_at="starts_at"
    )


RULE = Rule(
    code="video_gap",
    family="H",
    title="录像不完整",
    subject="session",
    severity=2,
    clause="湖南方案 二（二）：考试全过程、无死角视频监控实施情况和资料存档情况",
    needs={"exam_sessions": ("session_id", "video_from", "video_until")},
    says="考试{starts_at}至{ends_at}，录像{video_from}至{video_until}，没有覆盖全程",
    clears="其他机位覆盖该时段的录像；或者实际开考、结束时间的更正记录",
    labels={"starts_at": "开始时间", "ends_at": "结束时间", "video_from": "录像开始", "video_until": "录像结束"},
    find=find,
)
