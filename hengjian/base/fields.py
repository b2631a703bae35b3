"""Columns of our own: row ids, encrypted personal texts, blind indexes to find them by.

Migrations see only the plain Django columns, so that no migration imports our code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from hengjian.base import crypto
from hengjian.base.ids import uuid7

Normalise = Callable[[str], str]
Mask = Callable[[str], str]

_normalisers: dict[str, Normalise] = {}


class _PlainInMigrations:
    """Deconstructs and clones to the Django field ``in_migrations``, without our arguments."""

    in_migrations: type[models.Field]
    ours: tuple[str, ...] = ()

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        for argument in self.ours:
            kwargs.pop(argument, None)
        return name, f"django.db.models.{self.in_migrations.__name__}", args, kwargs

    def clone(self) -> Any:
        _name, _path, args, kwargs = self.deconstruct()
        return self.in_migrations(*args, **kwargs)


class IdField(_PlainInMigrations, models.UUIDField):
    """Primary key: a UUID of version 7, known before the row is saved."""

    in_migrations = models.UUIDField
    ours = ("default",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(primary_key=True, default=uuid7, editable=False)
        super().__init__(*args, **kwargs)


def mask_middle(head: int, tail: int) -> Mask:
    """Return a mask that shows the first and last characters; short texts are hidden whole."""

    def mask(plain: str) -> str:
        hidden = len(plain) - head - tail
        if hidden < 1:
            return "*" * len(plain)
        return plain[:head] + "*" * hidden + plain[len(plain) - tail :]

    return mask


MASKS: dict[str, Mask] = {"id": mask_middle(4, 4), "phone": mask_middle(3, 4)}
"""Masks by name: identity numbers show the first and last four, telephones the first three and last four."""


class Sealed(bytes):
    """A ciphertext as it came from the database."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<sealed {len(self)} bytes>"

    __str__ = __repr__


class Secret:
    """A personal text bound to its place. Shown masked; ``reveal()`` gives it plain, for one who may.

    Two secrets are equal when their plain texts are; a secret also equals its plain text.
    """

    __slots__ = ("_mask", "_place", "_plain", "_sealed", "_sealed_at")

    def __init__(self, plain: str | None, *, mask: Mask, place: bytes, sealed: bytes | None = None, sealed_at: bytes = b"") -> None:
        self._plain, self._sealed, self._sealed_at = plain, sealed, sealed_at
        self._mask, self._place = mask, place

    def reveal(self) -> str:
        """Return the plain text. The caller enters the look in the ledger, with its purpose."""
        if self._plain is None:
            self._plain = crypto.unseal(self._sealed, self._sealed_at) if self._sealed else ""
        return self._plain

    def masked(self) -> str:
        """Return the text as pages and exports show it."""
        return self._mask(self.reveal())

    def at(self, place: bytes, mask: Mask) -> Secret:
        """Return the same text bound to another place; decrypts nothing yet."""
        if place == self._place and mask is self._mask:
            return self
        return Secret(self._plain, mask=mask, place=place, sealed=self._sealed, sealed_at=self._sealed_at)

    def sealed(self) -> bytes:
        """Return the ciphertext for this place; an unchanged value keeps its bytes."""
        if self._sealed is None or (self._sealed_at != self._place and self._sealed):
            plain = self.reveal()
            self._sealed = crypto.seal(plain, self._place) if plain else b""
            self._sealed_at = self._place
        return self._sealed

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"Secret({self.masked()!r})"

    def __format__(self, spec: str) -> str:
        return format(self.masked(), spec)

    def __bool__(self) -> bool:
        return bool(self._sealed if self._plain is None else self._plain)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Secret):
            return self.reveal() == other.reveal()
        return isinstance(other, str) and self.reveal() == other

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __reduce__(self) -> Any:
        raise TypeError("a secret is not pickled: caches and queues must not hold personal data")


class _SecretAttribute(DeferredAttribute):
    """Wraps what the instance holds in a ``Secret`` bound to that instance; decrypts nothing itself."""

    field: EncryptedTextField

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = super().__get__(instance, cls)
        if held is None:
            return None
        bound = self.field.bound(held, instance)
        instance.__dict__[self.field.attname] = bound
        return bound

    def __set__(self, instance: models.Model, value: Any) -> None:
        field, held = self.field, instance.__dict__
        if isinstance(value, Sealed):
            # Bound now, so that it still opens when the instance gets another key afterwards.
            if instance._meta.pk.attname in held:
                value = field.bound(value, instance)
        elif isinstance(value, (str, Secret)):
            value = field.bound(value, instance)
            held.update({index.attname: index.of(value) for index in field.indexes})
        elif value is None or value == b"":
            held.update({index.attname: "" for index in field.indexes if index.attname in held})
            value = None if value is None else Sealed()
        elif not hasattr(value, "resolve_expression"):
            raise TypeError(f"{field.name}: a text is wanted, not {type(value).__name__}")
        held[field.attname] = value


class EncryptedTextField(_PlainInMigrations, models.BinaryField):
    """A personal text, sealed for its table, column and row; read as a ``Secret``.

    Args:
        personal: the ledger keeps only a keyed commitment of it.
        normalise: applied to each text that is set.
        mask: how pages and exports show it, a function or a name in ``MASKS``; all but the first character
            hidden if not given.

    Searched only through a ``BlindIndexField``; any other lookup than ``isnull`` is refused.
    """

    in_migrations = models.BinaryField
    description = "encrypted personal text"
    descriptor_class = _SecretAttribute

    def __init__(
        self, *args: Any, personal: bool = True, normalise: Normalise | None = None, mask: Mask | str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.personal = personal
        self.normalise: Normalise = normalise or str
        self.mask: Mask = MASKS[mask] if isinstance(mask, str) else mask or mask_middle(1, 0)
        self.indexes: list[BlindIndexField] = []

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        self.indexes = []  # a field inherited from an abstract model is a copy and must not share the list
        super().contribute_to_class(cls, name, private_only)

    def place(self, instance: models.Model) -> bytes:
        """Return what a ciphertext of this instance is bound to."""
        return crypto.context_of(self.model._meta.db_table, self.column or self.name, instance.pk)

    def bound(self, value: str | Secret | Sealed, instance: models.Model) -> Secret:
        """Return the value as a secret of this instance."""
        place = self.place(instance)
        if isinstance(value, Secret):
            return value.at(place, self.mask)
        if isinstance(value, Sealed):
            return Secret(None, mask=self.mask, place=place, sealed=value, sealed_at=place)
        return Secret(self.normalise(str(value)), mask=self.mask, place=place)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if model_instance.pk is None:
            raise ImproperlyConfigured(f"{self}: an encrypted column needs a key known before saving")
        secret = getattr(model_instance, self.attname)
        return secret.sealed() if isinstance(secret, Secret) else secret

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, Secret):  # bulk_update hands over the attribute itself, bound to its row
            value = value.sealed()
        if isinstance(value, str):
            raise TypeError(f"{self}: set it on an instance; a bare text has no row to be bound to")
        return super().get_db_prep_value(value, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> None:
        return None

    def run_validators(self, value: Any) -> None:
        super().run_validators(value.reveal() if isinstance(value, Secret) else value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj) or "")


class PersonalCharField(_PlainInMigrations, models.CharField):
    """A name, or a short text in which people may be named. Clear in its table (pages search and sort by it); the
    ledger keeps a keyed commitment, and the words only under the object's key, so that they can be erased."""

    in_migrations = models.CharField
    personal = told = True


class PersonalTextField(_PlainInMigrations, models.TextField):
    """A text in which people may be named: see ``PersonalCharField``."""

    in_migrations = models.TextField
    personal = told = True


class PersonalJSONField(_PlainInMigrations, models.JSONField):
    """Small JSON that may name people, such as one line of a roster: see ``PersonalCharField``."""

    in_migrations = models.JSONField
    personal = told = True


class PersonalDateField(_PlainInMigrations, models.DateField):
    """A date that tells of a person, such as that of birth: see ``PersonalCharField``."""

    in_migrations = models.DateField
    personal = told = True


class PersonalEmailField(_PlainInMigrations, models.EmailField):
    """An address of a person: the ledger keeps only a keyed commitment of it."""

    in_migrations = models.EmailField
    personal = True


class CommittedJSONField(_PlainInMigrations, models.JSONField):
    """Large JSON that names people, such as the content of a printed form: the ledger keeps only a commitment of it."""

    in_migrations = models.JSONField
    personal = True


class _IndexAttribute(DeferredAttribute):
    """Follows its source on a new instance too, where the column's default comes after the text."""

    field: BlindIndexField

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = super().__get__(instance, cls)
        if held == "" and self.field.source in instance.__dict__:
            held = instance.__dict__[self.field.attname] = self.field.of(getattr(instance, self.field.source))
        return held

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class BlindIndexField(_PlainInMigrations, models.CharField):
    """Keyed hash of an encrypted column, for exact search: ``filter(id_index=blind_index(name, value))``.

    Args:
        source: the encrypted column on the same model.
        name: of the index key, ``<model>.<source>`` if not given; columns of one name can be joined.
        normalise: applied before hashing, that of the source if not given.
    """

    in_migrations = models.CharField
    description = "blind index"
    descriptor_class = _IndexAttribute

    def __init__(self, *args: Any, source: str = "", name_of_key: str = "", normalise: Normalise | None = None, **kwargs: Any) -> None:
        kwargs.update(max_length=crypto.INDEX_CHARS, blank=True, default="", editable=False)
        if not kwargs.get("unique"):
            kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)
        self.source, self.name_of_key, self._normalise = source, name_of_key, normalise

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if cls._meta.abstract:
            return
        source = cls._meta.get_field(self.source)
        if not isinstance(source, EncryptedTextField):
            raise ImproperlyConfigured(f"{self}: {self.source} is not an encrypted column above it")
        self.name_of_key = self.name_of_key or f"{cls.__name__.lower()}.{self.source}"
        self._normalise = self._normalise or source.normalise
        if _normalisers.setdefault(self.name_of_key, self._normalise) is not self._normalise:
            raise ImproperlyConfigured(f"{self}: index {self.name_of_key} is normalised in two ways")
        source.indexes.append(self)

    def of(self, value: Secret | None) -> str:
        """Return the index of a value of the source."""
        return blind_index(self.name_of_key, value.reveal()) if value else ""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        if self.source in model_instance.__dict__:  # else deferred, and thus unchanged
            setattr(model_instance, self.attname, self.of(getattr(model_instance, self.source)))
        return str(getattr(model_instance, self.attname))


def blind_index(name: str, value: str) -> str:
    """Return what a blind index of this name holds for a value as typed by a person."""
    try:
        normalise = _normalisers[name]
    except KeyError:
        raise ImproperlyConfigured(f"no blind index is called {name}") from None
    return crypto.index_of(name, normalise(value))


def with_blind_indexes(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """Return the column names with the blind indexes that follow from them, for ``bulk_update``."""
    wanted = list(dict.fromkeys(names))
    for name in list(wanted):
        field = model._meta.get_field(name)
        if isinstance(field, EncryptedTextField):
            wanted += [index.name for index in field.indexes if index.name not in wanted]
    return wanted


def personal_fields(model: type[models.Model]) -> frozenset[str]:
    """Names of the columns of which the ledger keeps only commitments."""
    return frozenset(f.name for f in model._meta.concrete_fields if getattr(f, "personal", False))
