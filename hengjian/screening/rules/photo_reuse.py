"""影像复用: the same picture shown for other equipment on another day."""

from __future__ import annotations

from itertools import combinations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import bit_count
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.earliest import with_earliest
from hengjian.screening.tables import Tables

HASH = "^[0-9a-fA-F]{16}$"
HALF_DIGITS, HALF_BITS, HASH_BITS = 8, 32, 64
MOST_LISTED = 50
FEW = 100_000


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports (or visits, where there is no report) that show a picture which was shown before for other equipment."""
    shown = tables.keep("photos_shown", _shown(tables))
    hashes = tables.keep("photo_hashes", shown.select("high", "low").distinct().mutate(hash_key=tables.engine.row_keys()))
    placed = tables.keep("photos_by_hash", shown.inner_join(hashes, ["high", "low"]).drop("high", "low"))
    pairs = tables.keep("near_hashes", _near(tables, hashes, int(values.distance)))
    again = _shown_again(placed, pairs)
    return _by_report(tables, tables.keep("photos_again", again))


def _shown(tables: Tables) -> ir.Table:
    """Photos of which is known what they show, when, and how they look: the hash as two halves of 32 bits."""
    photos = tables["photos"]
    known = photos.filter(
        photos.photo_id.notnull() & photos.equipment_id.notnull() & photos.taken_at.notnull() & photos.perceptual_hash.re_search(HASH)
    )
    digits, number = known.perceptual_hash, tables.engine.hex_number
    high, low = number(digits.substr(0, HALF_DIGITS)), number(digits.substr(HALF_DIGITS, HALF_DIGITS))
    return known.select("photo_id", "visit_id", "equipment_id", "taken_at", high=high, low=low)


def _near(tables: Tables, hashes: ir.Table, distance: int) -> ir.Table:
    """Pairs of hashes that differ in at most so many bits, each hash with itself too.

    Of `distance + 2` blocks of bits at least two are equal in such a pair: hashes meet only where two blocks are equal. Few hashes
    meet in one join, many in a join for each two blocks, so that memory suffices.
    """
    blocks = list(combinations(_blocks(distance + 2), 2))
    few = tables.fetch(hashes.aggregate(number=hashes.count())).column("number")[0].as_py() <= FEW
    parts = [_meeting(hashes, some, distance) for some in ([blocks] if few else [[one] for one in blocks])]
    once = ibis.union(*parts, distinct=True) if len(parts) > 1 else parts[0].distinct()
    once = tables.keep("near_hashes_once", once)
    turned = once.select(hash_key="other_key", other_key="hash_key", distance="distance")
    itself = hashes.select(hash_key="hash_key", other_key="hash_key", distance=ibis.literal(0, "int64"))
    return ibis.union(once, turned, itself)


def _meeting(hashes: ir.Table, blocks: list[tuple[tuple[int, int], tuple[int, int]]], distance: int) -> ir.Table:
    """Pairs of which two of the blocks are equal, and at most so many bits different."""
    keys = [_key(hashes, first, second) * len(blocks) + at for at, (first, second) in enumerate(blocks)]
    keyed = hashes.mutate(block=keys[0]) if len(keys) == 1 else hashes.mutate(block=ibis.array(keys).unnest())
    other = keyed.select(block="block", other_key="hash_key", other_high="high", other_low="low")
    met = keyed.inner_join(other, [keyed.block == other.block, keyed.hash_key < other.other_key])
    apart = bit_count(met.high ^ met.other_high) + bit_count(met.low ^ met.other_low)
    return met.mutate(distance=apart.cast("int64")).filter(ibis._.distance <= distance).select("hash_key", "other_key", "distance")


def _key(hashes: ir.Table, first: tuple[int, int], second: tuple[int, int]) -> ir.IntegerValue:
    return _bits(hashes, *first) * (1 << (second[1] - second[0])) + _bits(hashes, *second)


def _blocks(number: int) -> list[tuple[int, int]]:
    """Cut the 64 bits into blocks as equal as can be: (first bit, bit after the last)."""
    return [(HASH_BITS * at // number, HASH_BITS * (at + 1) // number) for at in range(number)]


def _bits(hashes: ir.Table, start: int, end: int) -> ir.IntegerValue:
    """Bits from `start` up to `end`, counted from the lowest; a block may lie across the halves."""
    if start >= HALF_BITS:
        return _piece(hashes.high, start - HALF_BITS, end - start)
    if end <= HALF_BITS:
        return _piece(hashes.low, start, end - start)
    below = HALF_BITS - start
    return _piece(hashes.high, 0, end - HALF_BITS) * (1 << below) + _piece(hashes.low, start, below)


def _piece(half: ir.IntegerValue, start: int, length: int) -> ir.IntegerValue:
    return ((half / (1 << start)).floor().cast("int64")) % (1 << length)


def _shown_again(placed: ir.Table, pairs: ir.Table) -> ir.Table:
    """Photos before which a near one was shown, on an earlier day and for other equipment, with the earliest of those.

    Of each hash the earliest photo, and the earliest for other equipment than that one, answer for all of its photos.
    """
    earliest = with_earliest(placed, "hash_key", "equipment_id", "taken_at", "photo_id")
    first = earliest.select(
        other_key="hash_key", **{f"first_{name}": earliest[name] for name in ("photo_id", "visit_id", "equipment_id", "taken_at")}
    )
    met = placed.inner_join(pairs, "hash_key").inner_join(first, "other_key")
    before = met.filter((met.first_equipment_id != met.equipment_id) & (met.first_taken_at.date() < met.taken_at.date()))
    order = [before.first_taken_at, before.first_photo_id]
    return before.mutate(place=ibis.row_number().over(group_by="photo_id", order_by=order)).filter(ibis._.place == 0)


def _by_report(tables: Tables, again: ir.Table) -> ir.Table:
    plans = tables["visits"].filter(ibis._.visit_id.notnull()).select("visit_id", "plan_id")
    visited = again.inner_join(plans, "visit_id")
    reports = tables["reports"].filter(lambda row: row.report_id.notnull() & row.plan_id.notnull() & row.equipment_id.notnull())
    known = reports.select("report_id", "report_no", "institution_id", "plan_id", "equipment_id")
    reported = visited.left_join(known, ["plan_id", "equipment_id"])
    if "plans" in tables:
        planned = tables["plans"].filter(ibis._.plan_id.notnull()).select("plan_id", planned_by="institution_id")
        reported = reported.drop("plan_id_right", "equipment_id_right").left_join(planned, "plan_id")
    else:
        reported = reported.mutate(planned_by=ibis.null("string"))
    named = reported.mutate(
        subject_id=ibis.coalesce(reported.report_id, reported.visit_id),
        subject_type=ibis.ifelse(reported.report_id.notnull(), "report", "visit"),
        seat=ibis.coalesce(reported.institution_id, reported.planned_by),
    )
    return _one_each(named)


def _one_each(named: ir.Table) -> ir.Table:
    """One finding for each report or visit, with its photos."""
    subject = ["subject_type", "subject_id"]
    ranked = named.mutate(place=ibis.row_number().over(group_by=subject, order_by=[named.taken_at, named.photo_id]))
    columns = (
        "photo_id",
        "taken_at",
        "equipment_id",
        "first_photo_id",
        "first_taken_at",
        "first_equipment_id",
        "first_visit_id",
        "distance",
    )
    listed = ibis.struct({name: ranked[name] for name in columns})
    first = ranked.place == 0
    return ranked.group_by(*subject).aggregate(
        institution_id=ranked.seat.max(),
        report_no=ranked.report_no.max(),
        occurred_at=ranked.taken_at.min(),
        photos=ranked.photo_id.nunique(),
        equipment_id=ranked.equipment_id.min(where=first),
        taken_at=ranked.taken_at.min(where=first),
        first_equipment_id=ranked.first_equipment_id.min(where=first),
        first_taken_at=ranked.first_taken_at.min(where=first),
        distance=ranked.distance.min(where=first),
        photo_list=listed.collect(where=ranked.place < MOST_LISTED),
    )


RULE = Rule(
    code="photo_reuse",
    family="C",
    title="影像复用",
    subject="report",
    severity=3,
    clause="湖南行风通知：检验检测人员不到实际现场地点；上海方案（六）：任务执行与录入全程可追溯、可记录",
    needs={
        "photos": ("photo_id", "visit_id", "equipment_id", "taken_at", "perceptual_hash"),
        "visits": ("visit_id", "plan_id"),
        "reports": ("report_id", "plan_id", "equipment_id"),
    },
    parameters=(Param("distance", 4, "位", "感知哈希相差不超过"),),
    says="{taken_at}为设备{equipment_id}拍摄的影像，{first_taken_at}已经作为设备{first_equipment_id}的影像出现过（感知哈希相差{distance}位）",
    clears="两张原始影像并排核对，确属不同设备（外观相同的设备、空白或者标识类影像）；拍摄终端的原始文件信息",
    exempts=("同一设备、或者同一天的不算",),
    labels={
        "report_no": "报告编号",
        "photos": "影像数",
        "photo_id": "影像",
        "equipment_id": "设备代码",
        "taken_at": "拍摄时间",
        "first_photo_id": "先前的影像",
        "first_taken_at": "先前拍摄时间",
        "first_equipment_id": "先前的设备",
        "first_visit_id": "先前的签到",
        "distance": "感知哈希相差位数",
        "photo_list": "复用的影像",
    },
    find=find,
)
