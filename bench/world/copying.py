"""Copies of the rows of the pattern, with their entries in the ledger."""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import md5, sha256
from typing import Any, NamedTuple
from uuid import UUID

from bench.world.pattern import BEFORE, VERSION, Cut, Pattern, Skeleton
from bench.world.places import CAMPAIGNS, Place

YEAR = timedelta(days=364)
FIRST_ENTRY_MS = 1_720_000_000_000


class Copier:
    """Makes the rows of every place of a world."""

    def __init__(self, pattern: Pattern, places: list[Place]) -> None:
        from hengjian.base.crypto import index_of, keyring  # needs Django set up

        self.pattern, self.places, self.index_of = pattern, places, index_of
        self.commitment_key, self.seal_key = keyring().derived("ledger.commitment"), keyring().derived("ledger.seal")
        self.firsts = {place.home: place for place in reversed(places)}
        self.tokens = self._named()
        self.taken_numbers: set[str] = set()
        self.entry_count = 0

    def _named(self) -> dict[str, tuple[Any, str]]:
        """What names a place: which home, and which attribute stands for it."""
        found: dict[str, tuple[Any, str]] = {}
        for one in self.pattern.authorities:
            home = ("auth", one["id"])
            found |= {one["path"]: (home, "path")} | ({one["area_name"]: (home, "name")} if one["level"] != "province" else {})
        found |= {one["name"]: (("inst", one["id"]), "name") for one in self.pattern.institutions}
        return found

    def next_id(self) -> str:
        """The id of the next entry: of version 7, one after the other."""
        self.entry_count += 1
        high, low = divmod(self.entry_count, 1000)
        return str(UUID(int=(FIRST_ENTRY_MS + high << 80) | 0x7 << 76 | low << 64 | 0b10 << 62 | self.entry_count))

    def rows(self) -> Iterator[Copy]:
        """Every row of the world: what is bound to a campaign once for each of them."""
        for place in self.places:
            cuts = self.pattern.cuts.get(place.home, [])
            for campaign in range(CAMPAIGNS):
                wanted = cuts if campaign == 0 else [cut for cut in cuts if cut.is_bound]
                if wanted:
                    one = Look(self, place, campaign)
                    for cut in wanted:
                        yield Copy(one, cut)


class Look:
    """How one place calls things in one campaign; what was looked up is kept."""

    def __init__(self, copier: Copier, place: Place, campaign: int) -> None:
        self.copier, self.place, self.campaign = copier, place, campaign
        self.known: dict[str, str] = {}
        self.actor = self._actor(copier.pattern.actors.get(place.home) or next(iter(copier.pattern.actors.values())))

    def _actor(self, said: dict[str, str]) -> dict[str, str]:
        """Who enters the rows of this place."""
        held = {"id": self._id(said["id"]), "org": self._id(said["org"]), "area": self.place.path, "name": said["name"], "post": said["post"]}
        return {f"⟦actor.{name}⟧": value for name, value in held.items()}

    def text(self, skeleton: Skeleton, own: dict[str, str]) -> str:
        """The text of a skeleton in this copy."""
        if len(skeleton) == 1:
            return skeleton[0]
        parts = list(skeleton)
        for at in range(1, len(parts), 2):
            token = parts[at]
            held = self.known.get(token)
            parts[at] = own.get(token, token) if token[0] == "⟦" else self._learn(token) if held is None else held
        return "".join(parts)

    def _learn(self, token: str) -> str:
        self.known[token] = found = self._found(token)
        return found

    def _found(self, token: str) -> str:
        copier = self.copier
        if len(token) == 36:
            return self._id(token)
        if token in copier.tokens:
            home, name = copier.tokens[token]
            place = self._place(home)
            return str(getattr(place, name)) if place else token
        if token in copier.pattern.codes:
            home = copier.pattern.codes[token]
            place = self._place(home)
            return (place.code or _fake_code(f"{token}{place.serial}")) if place and not place.is_first else token
        return (date.fromisoformat(token) - YEAR * self.campaign).isoformat() if self.campaign else token

    def _place(self, home: Any) -> Place | None:
        return self.place.find(home) or self.copier.firsts.get(home)

    def _id(self, token: str) -> str:
        home = self.copier.pattern.homes.get(token)
        place = self._place(home) if home else None
        if home is None or place is None:
            return token
        campaign = self.campaign if token in self.copier.pattern.bound else 0
        if place.is_first and campaign == 0:
            return token
        mixed = md5(f"{token}{place.serial}.{campaign}".encode(), usedforsecurity=False).hexdigest()
        return f"{token[:13]}-7{mixed[1:4]}-{'89ab'[int(mixed[4], 16) & 3]}{mixed[5:8]}-{mixed[8:20]}"


class Copy:
    """One row of the world."""

    __slots__ = ("cut", "id", "look", "own", "plain")

    def __init__(self, look: Look, cut: Cut) -> None:
        self.look, self.cut = look, cut
        self.id = look._id(cut.pk)
        self.plain: dict[str, str] = dict(cut.secrets)
        self.own: dict[str, str] = {}
        for name, value in sorted(cut.own.items(), reverse=True):  # the number before its index
            made = self._own(name, value)
            self.own[name] = made
            self.own[f"⟦{name}⟧"] = json.dumps(made, ensure_ascii=False)[1:-1]

    def _own(self, name: str, value: str) -> str:
        """A column that must not repeat."""
        look, place = self.look, self.look.place
        if name in ("key", "region_code"):
            return place.key if place.key.isdigit() or name == "key" else value
        if name == "id_number":
            self.plain[name] = self._number(self.plain[name])
            return ""
        if name == "id_index":
            return look.copier.index_of("person.id_number", self.plain["id_number"])
        if name == "name_key":
            from hengjian.base.sorting import pinyin_key  # needs Django set up

            return pinyin_key(place.name)
        if place.is_first and look.campaign == 0:
            return value
        return _another(name, value, place.serial, look.campaign)

    def _number(self, known: str) -> str:
        """An identity number of another area that does not exist, so that it can be nobody's."""
        from hengjian.registry.identifiers import resident_id_check  # needs Django set up

        taken = self.look.copier.taken_numbers
        area, turn = f"99{self.look.place.serial:04d}", int(known[14:17])
        while (first := f"{area}{known[6:14]}{turn % 1000:03d}") in taken:
            turn += 2
        taken.add(first)
        return first + resident_id_check(first)

    def values(self, seal: Any, table: str, names: list[str]) -> list[Any]:
        """The columns, as text or plain values."""
        found: list[Any] = []
        is_over = self.cut.label == "campaigns.campaign" and self.look.campaign > 0
        for column, held in zip(names, self.cut.columns, strict=True):
            if type(held) is not tuple:
                found.append(f"{self.over_on} 09:00:00" if column == "closed_at" and held is None and is_over else held)
            elif held[0] == "text":
                text = self.look.text(held[1], self.own)
                found.append(UUID(text) if held[2] == "uuid" else "closed" if is_over and text == "running" else text)
            elif column in self.own and column not in self.plain:
                found.append(self.own[column])
            else:
                plain = self.plain.get(held[1], "")
                found.append(seal(plain, f"{table}|{column}|{self.id}".encode()) if plain else b"")
        return found

    def entries(self) -> tuple[bytes | None, list[Entry]]:
        """The salt of the row, if it needs one, and its entries."""
        cut, look, copier = self.cut, self.look, self.look.copier
        salt = key = None
        own = {**look.actor, **self.own}
        readable: dict[str, Any] = {}
        if cut.personal or cut.words is not None:
            salt = secrets.token_bytes(32)
            key = hmac.digest(copier.commitment_key, salt, "sha256")
            for name, (skeleton, is_told) in cut.personal.items():
                text = self._personal(name, skeleton)
                own[f"⟦{name}⟧"] = "hmac-sha256:" + hmac.digest(key, name.encode() + b"\0" + text.encode(), "sha256").hex()
                if is_told:
                    readable[name] = json.loads(text)
        state = self._closed(look.text(cut.state, own))
        return salt, [self._entry(number, state, own, key, readable) for number in range(1, cut.version + 1)]

    def _closed(self, text: str) -> str:
        """The campaigns of former years are over."""
        if self.look.campaign == 0 or self.cut.label != "campaigns.campaign":
            return text
        return text.replace('"state":"running"', '"state":"closed"').replace('"closed_at":null', f'"closed_at":"{self.over_on}T09:00:00.000000Z"')

    @property
    def over_on(self) -> date:
        """The day on which a campaign of a former year was closed."""
        return date(2024, 12, 2) - YEAR * self.look.campaign

    def _personal(self, name: str, skeleton: Skeleton) -> str:
        if name in self.own:
            return json.dumps(self.plain.get(name) or self.own[name], ensure_ascii=False)
        return self.look.text(skeleton, self.own)

    def _entry(self, number: int, state: str, own: dict[str, str], key: bytes | None, readable: dict[str, Any]) -> Entry:
        """The entry of the row's first state, or of one of its later versions."""
        from hengjian.base.ledger.told import digest_of_words, seal_words, words_key  # needs Django set up

        cut, look, copier = self.cut, self.look, self.look.copier
        entry_id = copier.next_id()
        digest = sha256(state.replace(_VERSION, str(number)).encode()).hexdigest()
        own = {**own, "⟦entry⟧": entry_id, "⟦digest⟧": digest}
        sealed = None
        if number == 1 and cut.words is not None and key is not None:
            label = look.text(cut.words, self.own)
            words = ({"label": label} if label else {}) | ({"after": dict(sorted(readable.items()))} if readable else {})
            sealed = seal_words(words_key(key), words, entry_id)
            own["⟦told⟧"] = str(digest_of_words(sealed))
        body = self._closed(look.text(cut.body if number == 1 else cut.again, own))
        body = body.replace(_VERSION, str(number)).replace(_BEFORE, str(number - 1))
        leaf = sha256(b"\0" + body.encode()).hexdigest()
        return Entry(entry_id, body, sealed, leaf, hmac.digest(copier.seal_key, leaf.encode(), "sha256").hex())


class Entry(NamedTuple):
    """An entry of the ledger as its table holds it, but for the columns that repeat the body."""

    id: str
    body: str
    told: bytes | None
    leaf: str
    seal: str


_VERSION, _BEFORE = f'"{VERSION}"', f'"{BEFORE}"'


def _another(name: str, value: str, serial: int, campaign: int) -> str:
    """The same kind of value, which no other copy has."""
    if name == "merge_key":
        return sha256(f"{value}{serial}.{campaign}".encode()).hexdigest()
    if name == "code" and value.startswith("HJ-"):
        made = sha256(f"{value}{serial}.{campaign}".encode()).hexdigest().upper()
        return f"{value[:8]}{made[:4]}-{made[4:8]}"
    if name == "number":
        return re.sub(r"\d+(?=\D*$)", lambda last: str(int(last[0]) + 100 * (serial * CAMPAIGNS + campaign)), value, count=1)
    return f"{value}.{serial}" + (f".{campaign}" if campaign else "")


def _fake_code(said: str) -> str:
    from random import Random  # beside its only use

    from hengjian.registry.identifiers import fake_uscc  # needs Django set up

    return fake_uscc(Random(said))  # noqa: S311  made-up codes
