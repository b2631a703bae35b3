"""People and where they are employed; who sees a person follows from the employments."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from hengjian.base.fields import BlindIndexField, EncryptedTextField, PersonalCharField, PersonalDateField
from hengjian.base.models import Row, RowQuerySet, ScopedRow
from hengjian.base.normalising import normalise_code
from hengjian.base.scope import Scope
from hengjian.base.sorting import SortKeyField
from hengjian.base.wall import SOMEBODY, Wall, each_points_here
from hengjian.registry.models.institutions import Institution, OfInstitutionQuerySet
from hengjian.registry.states import EmploymentPost, IdKind

CHUNK = 5000


class PersonQuerySet(RowQuerySet):
    """People with an employment, present or past, that the scope may see."""

    needs_scope = True

    def _narrow(self, scope: Scope) -> PersonQuerySet:
        return self.filter(pk__in=employed_within(scope))

    def few_within(self, scope: Scope) -> PersonQuerySet:
        """The same rows as ``within``, each looked up by itself: for a few people out of a large scope."""
        return _each_within(self, scope, "pk")

    def employed(self, held: models.QuerySet, *, are_many: bool) -> PersonQuerySet:
        """People with one of these employments, which were narrowed to a scope: who sees an employment sees the person.

        ``are_many``: most people have one, so that the first in order are soon found by looking at one after the other.
        """
        mine = held.order_by().filter(person_id=OuterRef("pk"))
        found = self.filter(Exists(mine) if are_many else Q(pk__in=held.order_by().values("person_id")))
        found._scope = held._scope  # type: ignore[attr-defined]
        return found

    @classmethod
    def wall(cls, table: str) -> Wall:
        # A person is written before the employment that shows it to anybody.
        return Wall(seen=employed_where_seen(f"{table}.id"), changed=employed_where_seen(f"{table}.id"), written=SOMEBODY)


class PersonBoundQuerySet(RowQuerySet):
    """Rows about a person: seen by whoever sees the person."""

    needs_scope = True

    def _narrow(self, scope: Scope) -> PersonBoundQuerySet:
        return self.filter(person_id__in=employed_within(scope))

    def few_within(self, scope: Scope) -> PersonBoundQuerySet:
        """The same rows as ``within``, each looked up by itself: for rows of a few people out of a large scope."""
        return _each_within(self, scope, "person_id")

    @classmethod
    def wall(cls, table: str) -> Wall:
        return Wall(employed_where_seen(f"{table}.person_id"))


class Person(Row):
    """A person who inspects, tests or holds a key post (检验检测人员及关键岗位人员).

    Source: 特种设备安全法 第五十一条. Grain: one row per identity number, whatever institutions employ them.
    """

    name = PersonalCharField(_("姓名"), max_length=40, db_index=True)
    name_key = SortKeyField(_("排序"), is_person=True)
    id_kind = models.CharField(_("证件类型"), max_length=12, choices=IdKind, default=IdKind.RESIDENT)
    id_number = EncryptedTextField(_("证件号码"), mask="id", normalise=normalise_code)
    id_index = BlindIndexField(_("证件号码索引"), source="id_number", unique=True)
    born_on = PersonalDateField(_("出生日期"), null=True, blank=True)
    phone = EncryptedTextField(_("手机号"), blank=True, mask="phone")

    objects: ClassVar[Any] = PersonQuerySet.as_manager()

    label_is_personal = True

    class Meta:
        verbose_name = _("人员")
        ordering = ["name_key", "id"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def held_by(cls, scope: Scope, rows: list[Any]) -> bool:
        return people_held(scope, {row.pk for row in rows})


class PersonBound(Row):
    """A row about one person; held by whoever holds the person."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="%(class)ss", verbose_name=_("人员"))

    objects: ClassVar[Any] = PersonBoundQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def held_by(cls, scope: Scope, rows: list[Any]) -> bool:
        return people_held(scope, {row.person_id for row in rows})


class Employment(ScopedRow):
    """An employment of a person in an institution, with the public registration of practice (聘用与执业公示).

    Source: 特种设备安全法 第五十一条第二款; 湘市监 2024 方案 二(一).
    Grain: one row per person, institution, post and start.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments", verbose_name=_("人员"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="employments", verbose_name=_("机构"))
    post = models.CharField(_("岗位"), max_length=24, choices=EmploymentPost, default=EmploymentPost.INSPECTOR)
    full_time = models.BooleanField(_("是否全职"), default=True)
    duties = PersonalCharField(_("岗位职责"), max_length=200, blank=True)
    started_on = models.DateField(_("入职日期"), null=True, blank=True)
    ended_on = models.DateField(_("离职日期"), null=True, blank=True)
    practice_registered_on = models.DateField(_("执业公示日期"), null=True, blank=True)
    practice_cancelled_on = models.DateField(_("取消执业公示日期"), null=True, blank=True)
    practice_cancel_reason = PersonalCharField(_("取消执业公示原因"), max_length=200, blank=True)

    objects: ClassVar[Any] = OfInstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("聘用")
        ordering = ["started_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "institution", "post", "started_on"], name="employment_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="employment_ends_after_start",
                condition=Q(ended_on__isnull=True) | Q(started_on__isnull=True) | Q(ended_on__gte=F("started_on")),
            ),
            models.CheckConstraint(
                name="practice_cancelled_after_registered",
                condition=Q(practice_cancelled_on__isnull=True)
                | Q(practice_registered_on__isnull=True)
                | Q(practice_cancelled_on__gte=F("practice_registered_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.institution}"

    def ledger_label(self) -> str:
        return str(self.get_post_display())


def employed_within(scope: Scope) -> models.QuerySet:
    """Ids of the people who have an employment in the scope, as a subquery."""
    return Employment.objects.within(scope).order_by().values("person_id")


def _each_within(rows: Any, scope: Scope, person: str) -> Any:
    if scope.everything:
        return rows.within(scope)
    found = rows.filter(Exists(Employment.objects.within(scope).order_by().filter(person_id=OuterRef(person))))
    found._scope = scope
    return found


def employed_where_seen(person: str) -> str:
    """The same in SQL for one row; the row security of the employments narrows them to the scope."""
    return each_points_here(Employment._meta.db_table, "person_id", person)


def people_held(scope: Scope, ids: set[Any]) -> bool:
    """Whether every one of these people has an employment in the scope, as saved."""
    if scope.everything:
        return True
    wanted = list(ids)
    return all(
        Person.objects.few_within(scope).filter(pk__in=part).count() == len(part)
        for part in (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
    )
