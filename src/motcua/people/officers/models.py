"""Officers, the positions they hold, and who may act for whom."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Dated, DatedQuerySet, Office


class Role(models.TextChoices):
    """What an officer does in an office (vai trò)."""

    RECEPTION = "reception", _("Reception")
    SPECIALIST = "specialist", _("Specialist")
    LEADER = "leader", _("Leader")
    CLERK = "clerk", _("Clerk")
    RETURN = "return", _("Return of results")
    ADMIN = "admin", _("Administrator of the office")
    HEAD = "head", _("Head of the office")
    CASHIER = "cashier", _("Cashier")


def _roles(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(roles__contained_by=Role.values) & Q(roles__len__gte=1),
        name=name,
        violation_error_message=_("Choose at least one role from the list."),
    )


class Officer(models.Model):
    """An officer (cán bộ, công chức, viên chức). The account is the key: one person, one desk."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="officer")
    staff_number = models.CharField(max_length=30, null=True, blank=True, unique=True)
    name_fold = models.CharField(max_length=120, db_index=True)
    sort_key = models.CharField(max_length=120)
    identity_hash = models.CharField(max_length=64, blank=True)  # so that no one handles their own dossier
    left_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.account)


class Position(Dated):
    """A post in an office, held from a day to a day (vị trí công tác). An officer may hold several."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="positions")
    office = models.ForeignKey(Office, models.PROTECT, related_name="positions")
    title = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices))

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            _roles("position_roles"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="position_validity",
                violation_error_message=_("The last day must not be before the first day."),
            ),
            models.UniqueConstraint(
                fields=["officer", "office", "title"],
                condition=Q(valid_to=None),
                name="position_once",
                violation_error_message=_("The officer holds this position already."),
            ),
        ]
        indexes = [models.Index(fields=["office", "valid_to"], name="position_of_office")]


class AskedPosition(Keyed):
    """A position that waits until a second person confirms it, for its roles open what an agency keeps."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="asked_positions")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices))
    valid_from = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    position = models.OneToOneField(Position, models.PROTECT, null=True, blank=True, related_name="asked")  # none: no

    class Meta:
        constraints = [
            _roles("asked_position_roles"),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, position=None)
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(settled_by=F("asked_by"))),
                name="asked_position_second_person",
                violation_error_message=_("A second person confirms a position."),
            ),
            models.UniqueConstraint(
                fields=["officer", "office", "title"],
                condition=Q(settled_at=None),
                name="asked_position_once",
                violation_error_message=_("This position waits for confirmation already."),
            ),
        ]
        indexes = [models.Index(fields=["office"], name="asked_position_waiting", condition=Q(settled_at=None))]


class Authority(models.TextChoices):
    """In whose stead a delegate signs (quyền hạn ký; Decree 30/2020/NĐ-CP, article 13 and annex I, II.7.a)."""

    FOR = "KT.", _("KT.: a deputy signs for the head")
    BY_ORDER = "TL.", _("TL.: the head of a unit signs by order")
    BY_DELEGATION = "TUQ.", _("TUQ.: by a written delegation")


class Delegation(Dated):
    """Some roles of one position are exercised by another for a time, by a written document (uỷ quyền); also only in
    some matters (phạm vi).
    """

    from_position = models.ForeignKey(Position, models.PROTECT, related_name="delegated")
    to_position = models.ForeignKey(Position, models.PROTECT, related_name="received")
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices))
    document = models.CharField(max_length=120)
    authority = models.CharField(max_length=4, choices=Authority.choices, default=Authority.BY_DELEGATION)
    # The labels of the matters (fields, procedures …) that it is limited to; rooms above give them. Empty: all.
    scope = ArrayField(models.CharField(max_length=250), default=list, db_default=[], blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            _roles("delegation_roles"),
            models.CheckConstraint(
                condition=Q(scope=[]) | ~Q(roles__contains=[Role.ADMIN]),
                name="delegation_admin_whole",
                violation_error_message=_("An administrator's work cannot be limited."),
            ),
            models.CheckConstraint(
                condition=Q(authority__in=Authority.values),
                name="delegation_authority_known",
                violation_error_message=_("Choose in whose stead is signed."),
            ),
            models.CheckConstraint(
                condition=~Q(from_position=F("to_position")),
                name="delegation_to_another",
                violation_error_message=_("A position cannot delegate to itself."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=False) & Q(valid_to__gt=F("valid_from")),
                name="delegation_validity",
                violation_error_message=_("A delegation needs a last day after its first day."),
            ),
        ]


class Substitution(Dated):
    """While an officer is away, another one sees and does the same work (người làm thay)."""

    absent = models.ForeignKey(Officer, models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(Officer, models.PROTECT, related_name="substitutions")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(absent=F("substitute")),
                name="substitution_by_another",
                violation_error_message=_("Choose another officer as substitute."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=False) & Q(valid_to__gt=F("valid_from")),
                name="substitution_validity",
                violation_error_message=_("A substitution needs a last day after its first day."),
            ),
        ]


class DeclaredRelative(Keyed):
    """A relative whose dossiers the officer must not handle. Only a keyed hash of the identity number is stored."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="relatives")
    identity_hash = models.CharField(max_length=64)
    relation = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "identity_hash"],
                name="relative_once",
                violation_error_message=_("This relative is declared already."),
            )
        ]
