"""Citizens and businesses: whom a dossier is about, with or without an account."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account


class Party(Keyed):
    """A citizen or a business (cá nhân, tổ chức). Telephone and e-mail are optional: the counter serves everyone."""

    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("Citizen")
        BUSINESS = "business", _("Business or organisation")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=200)
    name_fold = models.CharField(max_length=200)
    identity_number = models.CharField(max_length=12, null=True, blank=True)  # noqa: DJ001 - null: not known
    tax_code = models.CharField(max_length=13, null=True, blank=True)  # noqa: DJ001
    birth_date = models.DateField(null=True, blank=True)
    gender = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=250, blank=True)
    commune_code = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    account = models.OneToOneField(Account, models.PROTECT, null=True, blank=True, related_name="party")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity_number"],
                condition=Q(merged_into=None),
                name="party_identity_number_once",
                violation_error_message=_("A person with this identity number is registered already."),
            ),
            models.UniqueConstraint(
                fields=["tax_code"],
                condition=Q(merged_into=None),
                name="party_tax_code_once",
                violation_error_message=_("A business with this tax code is registered already."),
            ),
            models.CheckConstraint(
                condition=Q(identity_number=None) | Q(kind="citizen", identity_number__regex=r"^[0-9]{12}$"),
                name="party_identity_number",
                violation_error_message=_("An identity number has 12 digits and belongs to a citizen."),
            ),
            models.CheckConstraint(
                condition=Q(tax_code=None) | Q(tax_code__regex=r"^[0-9]{10}([0-9]{3})?$"),
                name="party_tax_code",
                violation_error_message=_("A tax code has 10 digits, a branch's 13."),
            ),
            models.CheckConstraint(
                condition=Q(birth_date=None) | Q(kind="citizen"),
                name="party_birth_of_citizen",
                violation_error_message=_("Only a citizen has a date of birth."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (~Q(merged_into=F("id")) & Q(account=None)),
                name="party_merged_into_another",
                violation_error_message=_("A merged record gives its account to the one that stays."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["name_fold", "id"], name="party_name_fold", opclasses=["varchar_pattern_ops", "uuid_ops"]
            ),
            GinIndex(SearchVector("name_fold", config="simple"), name="party_name_words"),
        ]

    def __str__(self) -> str:
        return self.name


class Representation(Keyed):
    """One party acts for another from a day to a day (đại diện theo pháp luật, uỷ quyền, cha mẹ, giám hộ).

    A parent's may rest on their own statement until an officer has confirmed or refused it. Under a refused one
    nothing more is filed; what was filed stays in their sight, for it is about a record of their own statement.
    """

    class Kind(models.TextChoices):
        LEGAL = "legal", _("Legal representative")
        AUTHORISED = "authorised", _("Authorised person")
        PARENT = "parent", _("Parent of a minor")
        GUARDIAN = "guardian", _("Guardian")
        SERVICE = "service", _("Employee of a public service point")  # bưu chính công ích, đại lý dịch vụ công

    class State(models.TextChoices):
        CONFIRMED = "confirmed", pgettext_lazy("representation", "Confirmed")
        STATED = "stated", pgettext_lazy("representation", "Stated, not yet checked")
        REFUSED = "refused", pgettext_lazy("representation", "Refused")

    party = models.ForeignKey(Party, models.CASCADE, related_name="representatives")
    representative = models.ForeignKey(Party, models.CASCADE, related_name="represents")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.CONFIRMED, db_default=State.CONFIRMED)
    document = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(party=F("representative")),
                name="representation_of_another",
                violation_error_message=_("Nobody represents themselves."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="representation_validity",
                violation_error_message=_("The last day must be after the first day."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="parent") | Q(valid_to__isnull=False),
                name="representation_parent_ends",
                violation_error_message=_("A parent acts for a child until a day."),
            ),
            models.CheckConstraint(
                condition=Q(kind="parent") | Q(state="confirmed"),
                name="representation_stated_by_parent",
                violation_error_message=_("Only a parent's representation rests on a statement."),
            ),
            models.UniqueConstraint(
                fields=["party", "representative", "kind"],
                condition=Q(valid_to=None),
                name="representation_once",
                violation_error_message=_("This representation is registered already."),
            ),
        ]
