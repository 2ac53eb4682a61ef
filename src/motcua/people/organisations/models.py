"""Offices and administrative units, with the days on which they began and ended to exist.

Nothing here knows how many tiers the government has: districts are units whose ``valid_to`` is past.
"""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed
from motcua.kernel.text import fold


class Level(models.TextChoices):
    """Tier of government (cấp chính quyền)."""

    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune")


class DatedQuerySet(models.QuerySet[Any]):
    """Rows valid from a day until (not including) another."""

    def on(self, day: date) -> Self:
        """Those that exist on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Dated(Keyed):
    """Something that exists from ``valid_from`` until the day before ``valid_to`` (null: still)."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def exists_on(self, day: date) -> bool:
        """Whether the day lies in its validity."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def _validity(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
        violation_error_message=_("The last day must be after the first day."),
    )


class AdministrativeUnit(Dated):
    """A province, district or commune (đơn vị hành chính) under its statistics-office code.

    Codes are reused after a reorganisation, so a code names a unit only together with a day.
    """

    code = models.CharField(max_length=10)
    level = models.CharField(max_length=10, choices=Level.choices)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    name_fold = models.CharField(max_length=120, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "code", "valid_from"],
                name="unit_code_once_a_day",
                violation_error_message=_("A unit with this code already begins on this day."),
            ),
            models.UniqueConstraint(
                fields=["level", "code"],
                condition=Q(valid_to=None),
                name="unit_code_once_now",
                violation_error_message=_("A unit with this code exists already."),
            ),
            _validity("unit_validity"),
        ]
        indexes = [models.Index(fields=["name_fold"], name="unit_name_fold")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_fold = fold(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class UnitSuccession(Keyed):
    """Where a unit went: wholly into one successor or in part into several, of which a person chooses the heir."""

    class Share(models.TextChoices):
        WHOLE = "whole", _("Wholly")
        PART = "part", _("In part")

    old = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="successions")
    new = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="predecessions")
    share = models.CharField(max_length=5, choices=Share.choices)
    heir = models.BooleanField(default=False)  # takes the open tasks of the old unit

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="unit_succession_once"),
            models.UniqueConstraint(
                fields=["old"],
                condition=Q(heir=True),
                name="unit_one_heir",
                violation_error_message=_("Only one successor can take over the open tasks."),
            ),
            models.CheckConstraint(
                condition=Q(share="part") | Q(heir=True),
                name="unit_whole_successor_is_heir",
                violation_error_message=_("The only successor takes over the open tasks."),
            ),
        ]


class Office(Dated):
    """An agency or one of its parts (cơ quan, đơn vị): who receives, resolves and signs."""

    name = models.CharField(max_length=200)
    name_fold = models.CharField(max_length=200, editable=False)
    short_name = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="offices")
    receives = models.BooleanField(default=False)  # has a one-stop desk (bộ phận một cửa)
    address = models.CharField(max_length=250, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    tax_code = models.CharField(max_length=13, blank=True, default="", db_default="")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            _validity("office_validity"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="office_not_own_parent",
                violation_error_message=_("An office cannot stand under itself."),
            ),
            models.CheckConstraint(
                condition=Q(tax_code="") | Q(tax_code__regex=r"^[0-9]{10}([0-9]{3})?$"),
                name="office_tax_code",
                violation_error_message=_("A tax code has 10 digits, that of a branch 13."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "level"], name="office_kind_level")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_fold = fold(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class OfficeCode(Dated):
    """An identification code (mã định danh) of an office and the days on which it was in use.

    ``old`` codes read from the end (``000.00.16.H40``), ``new`` ones from the front (``H40.16``, QĐ 20/2020/QĐ-TTg).
    """

    class Scheme(models.TextChoices):
        OLD = "old", _("Old (QCVN 102:2016)")
        NEW = "new", _("New (Decision 20/2020/QĐ-TTg)")

    office = models.ForeignKey(Office, models.PROTECT, related_name="codes")
    code = models.CharField(max_length=35)
    scheme = models.CharField(max_length=3, choices=Scheme.choices)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_to=None),
                name="office_code_once_now",
                violation_error_message=_("Another office uses this code."),
            ),
            models.UniqueConstraint(
                fields=["office", "scheme"],
                condition=Q(valid_to=None),
                name="office_one_code_of_a_scheme",
                violation_error_message=_("The office has a code of this scheme already."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z0-9]+(\.[A-Z0-9]+)*$"),
                name="office_code_letters",
                violation_error_message=_("A code has capital letters, digits and dots only."),
            ),
            _validity("office_code_validity"),
        ]
        indexes = [models.Index(fields=["code"], name="office_code_code")]

    def __str__(self) -> str:
        return self.code


class OfficeSuccession(Keyed):
    """Since a day, the tasks of one office belong to another (kế thừa nhiệm vụ)."""

    old = models.OneToOneField(Office, models.PROTECT, related_name="succession")
    new = models.ForeignKey(Office, models.PROTECT, related_name="predecessions")
    since = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(old=F("new")),
                name="office_succeeds_another",
                violation_error_message=_("An office cannot succeed itself."),
            )
        ]
