"""People, their employments and valid certificates."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from hengjian.base.errors import OutOfScope
from hengjian.base.fields import blind_index
from hengjian.base.normalising import normalise_code, normalise_text
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.registry.models import Credential, Employment, Institution, Person

ID_INDEX = "person.id_number"
MANY = 5000
"""A scope of more employments than this is walked in the order of the list; of a smaller one the people are gathered first."""
DOTS = {"•": "·", "・": "·", "‧": "·"}


def same_name(name: str) -> str:
    """A name as it is compared: no blanks, one kind of middle dot."""
    plain = "".join(normalise_text(name).split())
    return "".join(DOTS.get(sign, sign) for sign in plain)


def people(
    scope: Scope, *, search: str = "", institution: UUID | None = None, post: str = "", grade: str = "",
    present: bool = True,
) -> QuerySet[Person]:
    """People of the scope with their employments and certificates prefetched; four queries for a page.

    ``search`` finds by part of the name, by whole identity number, or by certificate number.
    ``present`` keeps those with an employment that has not ended.
    """
    held = Employment.objects.within(scope).order_by()
    if institution is not None:
        held = held.filter(institution_id=institution)
    if post:
        held = held.filter(post=post)
    if present:
        held = held.filter(ended_on__isnull=True)
    are_many = institution is None and held[: MANY + 1].count() > MANY
    found = Person.objects.employed(held, are_many=are_many)
    if grade:
        found = found.filter(pk__in=Credential.objects.within(EVERYTHING).order_by().filter(grade=grade).values("person"))
    if search:
        found = found.filter(_said(search))
    jobs = Employment.objects.within(scope).select_related("institution").order_by("ended_on", "started_on")
    papers = Credential.objects.few_within(scope).order_by("-valid_until")
    return found.prefetch_related(Prefetch("employments", jobs), Prefetch("credentials", papers)).order_by("name_key", "id")


def _said(search: str) -> Q:
    code = normalise_code(search)
    papers = Credential.objects.within(EVERYTHING).order_by().filter(certificate_no=code).values("person_id")
    name = same_name(search)
    dotted = name.replace("·", "•")
    return (
        Q(name__contains=name) | Q(name__contains=dotted) | Q(pk__in=papers)
        | Q(id_index=blind_index(ID_INDEX, code) or "-")
    )


def person_by_id(scope: Scope, person_id: UUID) -> Person:
    """The person, or ``OutOfScope``."""
    found = Person.objects.few_within(scope).filter(pk=person_id).first()
    if found is None:
        raise OutOfScope(f"person {person_id}")
    return found


def person_by_id_number(scope: Scope, id_number: str) -> Person | None:
    """The person of the scope with this identity number."""
    return Person.objects.few_within(scope).filter(id_index=blind_index(ID_INDEX, id_number)).first()


def employments_of(scope: Scope, person: Person) -> QuerySet[Employment]:
    """Employments of a person that the scope may see, latest first."""
    return Employment.objects.within(scope).filter(person=person).select_related("institution").order_by("-started_on")


def on_day(day: date) -> Q:
    """Employments that hold on a day."""
    return (Q(started_on__isnull=True) | Q(started_on__lte=day)) & (Q(ended_on__isnull=True) | Q(ended_on__gte=day))


def employed_people(scope: Scope, institution: Institution, on: date) -> QuerySet[Employment]:
    """Employments of the institution that hold on a day, with the person."""
    found = Employment.objects.within(scope).filter(on_day(on), institution=institution)
    return found.select_related("person").order_by("person__name_key", "person_id", "started_on")


def valid_credentials(scope: Scope, on: date) -> QuerySet[Credential]:
    """Certificates that are issued, not expired and not cancelled on a day."""
    return Credential.objects.within(scope).filter(
        Q(issued_on__isnull=True) | Q(issued_on__lte=on),
        Q(valid_until__isnull=True) | Q(valid_until__gte=on),
        Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=on),
    )


def certified_people(scope: Scope, institution: Institution, on: date) -> QuerySet[Employment]:
    """Employments, holding on a day, of people with a valid certificate on that day."""
    papers = valid_credentials(EVERYTHING, on).order_by().filter(person_id=OuterRef("person_id"))  # of one person, not of the province
    return employed_people(scope, institution, on).filter(Exists(papers))
