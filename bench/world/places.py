"""Who is there in a world of a size: the tree of authorities and the institutions, each a copy of one of the pattern."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.world.homes import EVERYBODY, Home
from bench.world.pattern import Pattern

CITY_NAMES = ("岚砚市", "棠麓市", "霁川市", "蘅浦市", "砺川市", "澄麓市", "朔川市", "桐砚市", "芷汀市", "岑湾市")
FIRST, SECOND = "砚棠霁蘅砺芷岑朔澹峣篁茗湉岫", "浦溪坪岭渡湾洲塘桥原"
WORDS = "恒正长安明同清联宏中立平博守启远嘉慎致方准昭砺知格澄允执秉信"


@dataclass(frozen=True)
class Size:
    """How large a world is."""

    name: str
    cities: int
    counties: int
    institutions: int


SIZES = {
    "full": Size("full", 14, 140, 1000), "tenth": Size("tenth", 2, 14, 100), "hundredth": Size("hundredth", 1, 2, 10),
}
CAMPAIGNS = 5


@dataclass
class Place:
    """One copy of an authority or an institution, or of what belongs to everybody."""

    home: Home
    serial: int
    above: Place | None = None
    key: str = ""
    path: str = ""
    name: str = ""
    code: str = ""
    is_first: bool = False
    below: list[Place] = field(default_factory=list)

    def find(self, home: Home) -> Place | None:
        """The copy of another home that goes with this one: itself, what lies above, what lies below."""
        if self.home == home:
            return self
        inside = next((one for one in self.below if one.home == home), None)
        return inside or (self.above.find(home) if self.above else None)


def lay_out(pattern: Pattern, size: Size) -> list[Place]:
    """All places of a world, from above to below."""
    top = next(a for a in pattern.authorities if a["level"] == "province")
    province = Place(("auth", top["id"]), 1, None, top["key"], top["path"], top["area_name"], is_first=True)
    places = [Place(EVERYBODY, 0, is_first=True), province]
    cities = [a for a in pattern.authorities if a["level"] == "city"]
    zones = [a for a in pattern.authorities if a["level"] == "county" and a["parent"] == top["id"]]
    made = [_below(places, province, cities[n % len(cities)], f"99{n + 1:02d}", _city_name(n, cities)) for n in range(size.cities)]
    if size.counties > 10:
        made_zone = _below(places, province, zones[0], zones[0]["key"], zones[0]["area_name"])
        _with_institutions(pattern, places, [made_zone], 0)
    counties = _counties(pattern, places, made, size.counties)
    _with_institutions(pattern, places, counties, size.institutions)
    _mark_first(places)
    return places


def _city_name(number: int, cities: list[dict[str, Any]]) -> str:
    return str(cities[number]["area_name"]) if number < len(cities) else CITY_NAMES[number - len(cities)]


def _below(places: list[Place], above: Place, of: dict[str, Any], key: str, name: str) -> Place:
    made = Place(("auth", of["id"]), len(places), above, key, f"{above.path}{key}/", name)
    above.below.append(made)
    places.append(made)
    return made


def _counties(pattern: Pattern, places: list[Place], cities: list[Place], count: int) -> list[Place]:
    """Counties by turns under each city, copies of those of the city that was copied."""
    made = []
    for n in range(count):
        city, turn = cities[n % len(cities)], n // len(cities)
        known = [a for a in pattern.authorities if a["parent"] == city.home[1]]
        of = known[turn % len(known)]
        name = of["area_name"] if n < 14 and turn < len(known) else f"{FIRST[n % 14]}{SECOND[n // 14 % 10]}县"
        made.append(_below(places, city, of, f"{city.key}{turn + 1:02d}", name))
    return made


def _with_institutions(pattern: Pattern, places: list[Place], counties: list[Place], count: int) -> None:
    """Institutions in rounds: each county has those of the county that it copies; the institute of the province is one."""
    rng, used = Random(7), set[str]()  # noqa: S311  made-up names
    large = next(i for i in pattern.institutions if i["klass"] == "甲A1")
    paths = {a["id"]: a["path"] for a in pattern.authorities}
    waiting: list[tuple[Place, dict[str, Any]]] = []
    while len(waiting) < count:
        for place in counties:
            waiting += [(place, one) for one in pattern.institutions if one["area"] == paths[place.home[1]] and one is not large]
    if count == 0:
        waiting = [(place, one) for place in counties for one in pattern.institutions if one["area"] == paths[place.home[1]]]
        count = len(waiting)
    elif count > 50:
        home = next(place for place in counties if paths[place.home[1]] == large["area"])
        waiting.insert(0, (home, large))
    for place, one in waiting[:count]:
        name = one["name"] if one is large else _institution_name(rng, used, place, one["name"])
        made = Place(("inst", one["id"]), len(places), place, "", place.path, name, _code(len(places)))
        place.below.append(made)
        places.append(made)


def _institution_name(rng: Random, used: set[str], place: Place, known: str) -> str:
    city = place.above.name.removesuffix("市") if place.above else ""
    while True:
        name = f"{city}{rng.choice(WORDS)}{rng.choice(WORDS)}{known[4:]}"
        if name not in used:
            used.add(name)
            return name


def _code(serial: int) -> str:
    from hengjian.registry.identifiers import fake_uscc  # needs Django set up

    return fake_uscc(Random(serial))  # noqa: S311  made-up codes


def _mark_first(places: list[Place]) -> None:
    seen: set[Home] = set()
    for place in places:
        place.is_first = place.home not in seen
        seen.add(place.home)
