"""原始数据雷同: readings that were read before, at other equipment."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from hengjian.screening.expressions import bit_count, bit_or, bit_xor
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.bands import MOST_BANDS, ROUNDING, Bands, Item, blind_pairs, deal
from hengjian.screening.shared.earliest import with_earliest
from hengjian.screening.shared.readings import items, readings, records, value_counts
from hengjian.screening.tables import Tables

BANDS = tuple(f"band_{at}" for at in range(MOST_BANDS))
MOST_LISTED = 50


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports whose record repeats an earlier record of other equipment of the category."""
    dealt = _dealt(tables, values)
    given = tables.given("banded_items", _as_table(dealt))
    signed = tables.keep("banded_records", _signed(tables, given, values))
    originals = tables.keep("banded_originals", with_earliest(signed, "full", "equipment_id", "started_at", "record_key"))
    pairs = [_same(signed, originals), *_near(tables, signed, originals, dealt, values), *_rare(tables, signed, dealt, given, values)]
    suspected = tables.keep("suspected_copies", ibis.union(*pairs, distinct=True) if len(pairs) > 1 else pairs[0].distinct())
    alike = tables.keep("readings_alike", _compared(tables, given, suspected))
    return _by_report(tables, signed, alike, values)


def _dealt(tables: Tables, values: Values) -> dict[int, Bands]:
    """Bands of the items of each category, without items whose most common value covers too many of the category's records."""
    counts = tables.kept(value_counts)
    spread = counts.group_by("category_key", "item_key").aggregate(
        readings=counts.readings.sum().cast("int64"), most=counts.readings.max(), squares=(counts.readings.cast("float64") ** 2).sum()
    )
    own = tables.kept(records).filter(ibis._.category_key.notnull())
    sizes = own.group_by("category_key").aggregate(records=own.count())
    usable: dict[int, list[Item]] = defaultdict(list)
    number: dict[int, int] = {}
    for row in tables.fetch(spread.inner_join(sizes, "category_key")).to_pylist():
        if row["most"] <= values.common / 100 * row["records"]:
            usable[row["category_key"]].append(Item(row["item_key"], row["readings"], row["squares"] / row["readings"] ** 2))
            number[row["category_key"]] = row["records"]
    return {key: deal(some, number[key], values.share / 100) for key, some in usable.items()}


def _as_table(dealt: dict[int, Bands]) -> pa.Table:
    rows = [
        {"category_key": key, "item_key": one.key, "band": one.band if len(bands.masks) > 1 else -1, "bit": one.bit}
        for key, bands in dealt.items()
        for one in bands.items
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.int64()) for name in ("category_key", "item_key", "band", "bit")]))


def _usable(tables: Tables, given: ir.Table) -> ir.Table:
    measured = tables.kept(readings).filter(lambda row: row.value.notnull() & row.category_key.notnull())
    return measured.inner_join(given, ["category_key", "item_key"]).select("record_key", "category_key", "item_key", "value", "band", "bit")


def _signed(tables: Tables, given: ir.Table, values: Values) -> ir.Table:
    """Records with enough usable readings: how many, of which items (a mask), and their signatures, whole and by band."""
    usable = _usable(tables, given)
    # Adding zero makes one zero of the two that a double has.
    hashed = usable.mutate(one=tables.engine.hashed(usable.item_key, usable.value + 0.0)).drop("value", "item_key")
    bands = {name: bit_xor(hashed.one, where=hashed.band == at) for at, name in enumerate(BANDS)}
    signed = hashed.group_by("record_key").aggregate(readings=hashed.count(), mask=bit_or(hashed.bit), full=bit_xor(hashed.one), **bands)
    known = tables.kept(records).filter(lambda row: row.equipment_id.notnull() & row.started_at.notnull() & row.category_key.notnull())
    placed = signed.filter(signed.readings >= values.readings).inner_join(
        known.select("record_key", "category_key", "equipment_id", "started_at"), "record_key"
    )
    return placed.mutate(may_differ=(placed.readings * (1 - values.share / 100) + ROUNDING).floor().cast("int64"))


def _earlier(table: ir.Table) -> ir.Table:
    """Keep pairs in which the original was started earlier, for other equipment."""
    kept = table.filter((table.first_started_at < table.started_at) & (table.first_equipment_id != table.equipment_id))
    return kept.select("record_key", "first_key")


def _as_first(table: ir.Table, *more: str) -> ir.Table:
    names = {"first_key": "record_key", "first_started_at": "started_at", "first_equipment_id": "equipment_id"}
    return table.select(**{new: table[old] for new, old in names.items()}, **{f"first_{name}": table[name] for name in more})


def _same(signed: ir.Table, originals: ir.Table) -> ir.Table:
    """Records with all readings equal."""
    first = _as_first(originals, "full", "category_key")
    met = signed.inner_join(first, [signed.full == first.first_full, signed.category_key == first.first_category_key])
    return _earlier(met)


def _near(tables: Tables, signed: ir.Table, originals: ir.Table, dealt: dict[int, Bands], values: Values) -> list[ir.Table]:
    """Records that agree in a band, and differ in no more bands than readings may differ or be lacking.

    Records with all readings equal go through one of them here, and meet the originals of the other signature afterwards.
    """
    used = BANDS[: max((len(one.masks) for one in dealt.values() if len(one.masks) > 1), default=0)]
    if not used:
        return []
    columns = ("category_key", "full", "mask", "may_differ", *used)
    one_each = tables.keep("banded_signatures", originals.group_by(*columns).aggregate(records=originals.count()).drop("records"))
    other = one_each.select(**{f"first_{name}": one_each[name] for name in columns})
    pairs = [_agreeing(one_each, other, band, used) for band in used]
    met = tables.keep("near_signatures", ibis.union(*pairs, distinct=True) if len(pairs) > 1 else pairs[0])
    later = signed.inner_join(met, ["category_key", "full"])
    first = _as_first(originals, "full", "category_key")
    return [_earlier(later.inner_join(first, [later.first_full == first.first_full, later.category_key == first.first_category_key]))]


def _agreeing(one_each: ir.Table, other: ir.Table, band: str, used: tuple[str, ...]) -> ir.Table:
    met = one_each.inner_join(other, [one_each.category_key == other.first_category_key, one_each[band] == other[f"first_{band}"]])
    common = bit_count(met.mask & met.first_mask)
    lacking, more = bit_count(met.mask) - common, bit_count(met.first_mask) - common
    unequal = sum(ibis.ifelse((met[name] == met[f"first_{name}"]).fill_null(False), 0, 1) for name in used)
    # A band that neither has is null in both: it counts as unequal, which may_be allows for.
    empty = sum(ibis.ifelse(met[name].isnull() & met[f"first_{name}"].isnull(), 1, 0) for name in used)
    near = (met.full != met.first_full) & (lacking <= met.may_differ) & (unequal - empty <= met.may_differ + more)
    return met.filter(near).select("category_key", "full", "first_full")


def _rare(tables: Tables, signed: ir.Table, dealt: dict[int, Bands], given: ir.Table, values: Values) -> list[ir.Table]:
    """Records of sets of items that the bands are blind for, by the rarest of their readings: one of these at least is in both."""
    probes = _probes(tables, signed, dealt, values)
    if not probes.num_rows:
        return []
    sets = tables.given("blind_sets", probes)
    asked = signed.inner_join(sets, ["category_key", "mask", "readings"]).select("record_key", "tokens")
    usable = _usable(tables, given).inner_join(tables.kept(value_counts), ["category_key", "item_key", "value"])
    rare = usable.inner_join(asked, "record_key")
    rarest = ibis.row_number().over(group_by="record_key", order_by=[rare.readings, rare.item_key])
    tokens = tables.keep("rarest_readings", rare.mutate(place=rarest).filter(lambda row: row.place < row.tokens))
    holders = _usable(tables, given).select("category_key", "item_key", "value", other_key="record_key")
    met = tokens.inner_join(holders, ["category_key", "item_key", "value"]).select("record_key", "other_key").distinct()
    return [_placed(signed, met, "record_key", "other_key"), _placed(signed, met, "other_key", "record_key")]


def _placed(signed: ir.Table, met: ir.Table, later: str, earlier: str) -> ir.Table:
    turned = met.select(record_key=met[later], first_key=met[earlier])
    known = turned.inner_join(signed.select("record_key", "started_at", "equipment_id"), "record_key")
    return _earlier(known.inner_join(_as_first(signed), "first_key"))


def _probes(tables: Tables, signed: ir.Table, dealt: dict[int, Bands], values: Values) -> pa.Table:
    """Of each blind pair of sets the one with fewer records, and how many of its rarest readings have to be asked for."""
    counted = tables.fetch(signed.group_by("category_key", "mask", "readings").aggregate(records=signed.count())).to_pylist()
    asked: dict[tuple[int, int, int], int] = defaultdict(int)
    for key, bands in dealt.items():
        sets = [row for row in counted if row["category_key"] == key]
        masks, numbers = (np.array([row[name] for row in sets], np.int64) for name in ("mask", "readings"))
        for earlier, later in blind_pairs(bands, masks, numbers, values.share / 100):
            need = int(np.ceil(values.share / 100 * sets[later]["readings"] - ROUNDING))
            probe = min((sets[earlier], sets[later]), key=lambda row: (row["records"], row["mask"]))
            place = (key, probe["mask"], probe["readings"])
            asked[place] = max(asked[place], probe["readings"] - need + 1)
    rows: list[dict[str, Any]] = [
        dict(zip(("category_key", "mask", "readings", "tokens"), (*place, tokens), strict=True)) for place, tokens in sorted(asked.items())
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.int64()) for name in ("category_key", "mask", "readings", "tokens")]))


def _compared(tables: Tables, given: ir.Table, suspected: ir.Table) -> ir.Table:
    """Count, item by item, in how many readings each suspected pair is equal."""
    usable = _usable(tables, given).select("record_key", "item_key", "value")
    earlier = usable.select(first_key="record_key", item_key="item_key", value="value")
    later = usable.inner_join(suspected, "record_key")
    return later.inner_join(earlier, ["first_key", "item_key", "value"]).group_by("record_key", "first_key").aggregate(equal=ibis._.count())


def _by_report(tables: Tables, signed: ir.Table, alike: ir.Table, values: Values) -> ir.Table:
    """Of each report the record that repeats most, with the record that it repeats."""
    known = alike.inner_join(signed.select("record_key", "readings", "started_at", "equipment_id"), "record_key")
    known = known.filter(known.equal >= values.share / 100 * known.readings - ROUNDING).inner_join(_as_first(signed), "first_key")
    every = tables.kept(records)
    named = known.inner_join(every.select("record_key", "record_id", "report_id", "category_key"), "record_key")
    named = named.inner_join(every.select(first_key="record_key", first_record_id="record_id", first_report_id="report_id"), "first_key")
    share = named.equal / named.readings
    best = ibis.row_number().over(
        group_by="report_id", order_by=[ibis.desc(share), ibis.desc(named.equal), named.first_started_at, named.first_record_id]
    )
    found = tables.keep("copies", named.mutate(place=best).filter(ibis._.place == 0))
    reports = tables["reports"].select("report_id", "report_no", "institution_id")
    told = found.inner_join(reports, "report_id").left_join(_values_of(tables, found), "record_key")
    return told.select(
        "report_no",
        "record_id",
        "equipment_id",
        "started_at",
        "first_record_id",
        "first_report_id",
        "first_equipment_id",
        "first_started_at",
        "readings",
        "equal",
        "value_list",
        "institution_id",
        subject_id="report_id",
        occurred_at="started_at",
    )


def _values_of(tables: Tables, found: ir.Table) -> ir.Table:
    """The readings that both records have, side by side."""
    measured = tables.kept(readings).filter(ibis._.value.notnull()).select("record_key", "item_key", "value")
    later = measured.inner_join(found.select("record_key", "first_key"), "record_key")
    earlier = measured.select(first_key="record_key", item_key="item_key", first_value="value")
    both = later.inner_join(earlier, ["first_key", "item_key"]).inner_join(tables.kept(items), "item_key")
    both = both.mutate(place=ibis.row_number().over(group_by="record_key", order_by=both["item"]))
    listed = ibis.struct({name: both[name] for name in ("item", "value", "first_value")})
    return both.group_by("record_key").aggregate(value_list=listed.collect(where=both.place < MOST_LISTED))


RULE = Rule(
    code="copied_readings",
    family="D",
    title="原始数据雷同",
    subject="report",
    severity=3,
    clause="湖南行风通知：伪造变造原始数据、记录；检验检测记录、报告与实际情况不符",
    needs={
        "reports": ("report_id", "equipment_id"),
        "records": ("record_id", "report_id", "started_at"),
        "readings": ("record_id", "item", "value"),
        "equipment": ("equipment_id", "category"),
    },
    parameters=(
        Param("readings", 6, "个", "可比较的数值不少于"),
        Param("share", 90, "%", "与先前记录相同的数值不少于"),
        Param("common", 50, "%", "最常见的值超过该类别记录这一比例的项目不比较"),
    ),
    says="记录{record_id}的{readings}个可比较数值中有{equal}个与另一设备{first_equipment_id}在先的记录{first_record_id}（{first_started_at}）相同",
    clears="仪器导出的带时间戳的原始数据；或者同型号、同批次设备确有相同读数的证明（出厂资料、现场复测）",
    exempts=("多数记录取同一值的项目不比较", "同一设备的先前记录不算"),
    labels={
        "report_no": "报告编号",
        "record_id": "原始记录",
        "equipment_id": "设备代码",
        "started_at": "开始时间",
        "first_record_id": "先前的记录",
        "first_report_id": "先前的报告",
        "first_equipment_id": "先前的设备",
        "first_started_at": "先前的开始时间",
        "readings": "可比较的数值",
        "equal": "相同的数值",
        "value_list": "数值对照",
        "item": "项目",
        "value": "实测值",
        "first_value": "先前的值",
    },
    find=find,
)
