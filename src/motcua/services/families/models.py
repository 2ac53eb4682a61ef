"""What parents state of their children, until an officer has checked it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party, Representation
from motcua.people.organisations.models import Office


class Statement(Keyed):
    """A parent states that somebody is their child (khai quan hệ cha, mẹ – con), and on what that rests.

    ``child`` is a record made for this statement, so that nothing which others filed is in it: only when an officer
    confirms does it become one with the record of its identity number.
    """

    class Relation(models.TextChoices):
        FATHER = "father", _("Father")
        MOTHER = "mother", _("Mother")

    class Basis(models.TextChoices):
        CERTIFICATE = "certificate", _("Birth certificate")
        STORE = "store", _("Paper of the personal store")

    class State(models.TextChoices):
        STATED = "stated", pgettext_lazy("representation", "Stated, not yet checked")
        CONFIRMED = "confirmed", pgettext_lazy("representation", "Confirmed")
        REFUSED = "refused", pgettext_lazy("representation", "Refused")

    parent = models.ForeignKey(Party, models.PROTECT, related_name="stated_children", db_index=False)
    child = models.OneToOneField(Party, models.PROTECT, related_name="stated_by")
    representation = models.OneToOneField(
        Representation, models.SET_NULL, null=True, blank=True, related_name="statement"
    )
    relation = models.CharField(max_length=6, choices=Relation.choices)
    name = models.CharField(max_length=200)
    birth_date = models.DateField()
    identity_number = models.CharField(max_length=12, blank=True)
    basis = models.CharField(max_length=11, choices=Basis.choices)
    number = models.CharField(max_length=60, blank=True)  # of the paper it rests on
    issued_on = models.DateField(null=True, blank=True)
    issuer = models.CharField(max_length=300, blank=True)
    other_parent = models.CharField(
        max_length=12, blank=True, db_default=""
    )  # identity number, as the parent states it
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=60, blank=True)  # the stream of the kept paper
    state = models.CharField(max_length=9, choices=State.choices, default=State.STATED)
    stated_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis="certificate", source="") & ~Q(number="") & ~Q(issuer="")
                | (Q(basis="store", file__isnull=False) & ~Q(source="")),
                name="statement_has_its_basis",
                violation_error_message=_("A statement rests on a birth certificate or on a paper of the store."),
            ),
            models.CheckConstraint(
                condition=Q(state="stated", decided_at=None, decided_by=None)
                | (~Q(state="stated") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="statement_decided_by_somebody",
                violation_error_message=_("A statement is confirmed or refused by an officer."),
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="") | (~Q(state="refused") & Q(reason="")),
                name="statement_refused_with_reason",
                violation_error_message=_("A statement is refused with a reason."),
            ),
        ]
        indexes = [models.Index(fields=["parent", "-stated_at", "-id"], name="statement_of_parent")]

    def __str__(self) -> str:
        return self.name
