"""Procedures and their versions. A version never changes once written: dossiers are pinned to it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed
from motcua.services.procedures.choices import (
    Channel,
    Currency,
    FeeKind,
    FeeStatus,
    Filing,
    LifeEvent,
    LimitStatus,
    LimitUnit,
    Source,
)


class Procedure(Keyed):
    """An administrative procedure (thủ tục hành chính) under its national code, such as ``1.000178``."""

    code = models.CharField(max_length=40, unique=True)
    filing = models.CharField(max_length=8, choices=Filing.choices, default=Filing.NATIONAL)
    life_events = ArrayField(models.CharField(max_length=20, choices=LifeEvent.choices), default=list, blank=True)
    current_version = models.ForeignKey("ProcedureVersion", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-Z][0-9A-Za-z.\-]*$"),
                name="procedure_code_letters",
                violation_error_message=_("A procedure's code has letters, digits, dots and hyphens only."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ProcedureVersion(Keyed):
    """What a procedure is from one publication to the next.

    From the catalogue it only tells; from a package it also carries the form, the compiled process, the decisions and
    the result templates that a dossier runs on. ``source_record`` keeps the catalogue's own words.
    """

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=9, choices=Source.choices)
    digest = models.CharField(max_length=64)  # SHA-256 of the record or of the package's files
    name = models.TextField()
    field = models.CharField(max_length=200, blank=True)
    decision = models.CharField(max_length=200, blank=True)  # that published it (quyết định công bố)
    levels = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    subjects = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    agencies = ArrayField(models.TextField(), default=list, blank=True)
    legal_basis = ArrayField(models.TextField(), default=list, blank=True)
    results = models.JSONField(default=list, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    form = models.JSONField(null=True)
    process = models.JSONField(null=True)
    source_record = models.JSONField(null=True)
    not_understood = ArrayField(models.TextField(), default=list, blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="procedure_version_once"),
            models.CheckConstraint(
                condition=Q(source=Source.CATALOGUE, source_record__isnull=False, form=None, process=None)
                | Q(source=Source.PACKAGE, source_record=None, form__isnull=False, process__isnull=False),
                name="procedure_version_source",
                violation_error_message=_("A version holds either a catalogue record or a package."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PackageFile(Keyed):
    """A file of a version's package, as it was handed in."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="files")
    path = models.CharField(max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "path"], name="package_file_once")]


class Case(Keyed):
    """A case of a procedure (trường hợp) with its own papers, and in packages its own limits and fees."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="cases")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    name = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="case_code_once"),
            models.UniqueConstraint(fields=["version", "position"], name="case_position_once"),
        ]


class CasePaper(Keyed):
    """A paper to hand in (giấy tờ). ``originals`` is null where the source's number cannot be told from its text;
    ``takes`` are the codes of results that are this paper.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="papers")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    name = models.TextField()
    originals = models.PositiveSmallIntegerField(null=True)
    copies = models.PositiveSmallIntegerField(default=0)
    form = models.CharField(max_length=500, blank=True)
    required = models.BooleanField(default=True)
    takes = ArrayField(models.CharField(max_length=60), default=list, db_default=[], blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="case_paper_once")]


class CaseTerms(Keyed):
    """Limit and fee of a channel. Without a case they hold for every case, as the national catalogue has them."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="terms")
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="terms")
    position = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=7, choices=Channel.choices)
    limit_status = models.CharField(max_length=14, choices=LimitStatus.choices)
    limit_value = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    limit_unit = models.CharField(max_length=12, choices=LimitUnit.choices, blank=True)
    limit_text = models.TextField(blank=True)
    fee_status = models.CharField(max_length=14, choices=FeeStatus.choices)
    fee_text = models.TextField(blank=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="case_terms_position_once"),
            models.CheckConstraint(
                condition=Q(limit_status=LimitStatus.PARSED, limit_value__gt=0, limit_unit__in=LimitUnit.values)
                | Q(limit_status=LimitStatus.UNIT_MISSING, limit_unit="")
                | Q(
                    limit_status__in=[LimitStatus.NOT_GIVEN, LimitStatus.NOT_UNDERSTOOD],
                    limit_value=None,
                    limit_unit="",
                ),
                name="case_terms_limit",
                violation_error_message=_("A time limit has a value and a unit, or says why not."),
            ),
        ]


class FeeItem(Keyed):
    """A fee line. ``amount`` counts whole đồng; consular charges, set in dollars, count whole dollars."""

    terms = models.ForeignKey(CaseTerms, models.CASCADE, related_name="fees")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    name = models.TextField(blank=True)
    kind = models.CharField(max_length=11, choices=FeeKind.choices, default=FeeKind.UNSPECIFIED)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3, choices=Currency.choices, default=Currency.VND)
    unit = models.CharField(max_length=100, blank=True)
    quantity = models.CharField(max_length=100, blank=True, db_default="")  # where in the form it stands, or "counted"
    after_return = models.BooleanField(default=False, db_default=False)  # collected once the result is returned

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["terms", "code"], name="fee_item_once")]


class SearchEntry(models.Model):
    """What a procedure is found by: folded words of its current version, name before everything else."""

    procedure = models.OneToOneField(Procedure, models.CASCADE, primary_key=True, related_name="entry")
    code = models.CharField(max_length=40)
    name = models.TextField()
    sort_name = models.TextField()
    field = models.CharField(max_length=200, blank=True)
    levels = ArrayField(models.CharField(max_length=80), default=list)
    subjects = ArrayField(models.CharField(max_length=200), default=list)
    agencies = ArrayField(models.TextField(), default=list)
    name_words = SearchVectorField()
    words = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="search_entry_words"),
            models.Index(fields=["sort_name", "procedure"], name="search_entry_order"),
            models.Index(fields=["field"], name="search_entry_field"),
        ]


class Guide(Keyed):
    """A guide ("which procedure do I need") under its code; without a current version nobody is offered it."""

    code = models.CharField(max_length=40, unique=True)
    current_version = models.ForeignKey("GuideVersion", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9_-]*$"),
                name="guide_code_letters",
                violation_error_message=_("A guide's code has small letters, digits, - and _ only."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class GuideVersion(Keyed):
    """A guide as it was checked and stored. It never changes; ``decision`` is the text of its ZEN decision."""

    guide = models.ForeignKey(Guide, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    life_events = ArrayField(models.CharField(max_length=20, choices=LifeEvent.choices), default=list, blank=True)
    spec = models.JSONField()
    decision = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guide", "number"], name="guide_version_once")]

    def __str__(self) -> str:
        return self.title
