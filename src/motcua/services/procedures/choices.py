"""The words that the catalogue, the packages and the tables of this room share."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(TextChoices):
    """How a dossier comes in (hình thức nộp)."""

    ONLINE = "online", pgettext_lazy("channel", "Online")
    COUNTER = "counter", pgettext_lazy("channel", "At the counter")
    POST = "post", pgettext_lazy("channel", "By post")


class LimitUnit(TextChoices):
    """The unit of a time limit (thời hạn giải quyết). ``days`` are calendar days."""

    HOUR = "hours", _("hours")
    DAY = "days", _("days")
    WORKING_DAY = "working_days", _("working days")
    MONTH = "months", _("months")


class LimitStatus(TextChoices):
    """What the source lets us know of a time limit."""

    PARSED = "parsed", _("Stated")
    UNIT_MISSING = "unit_missing", _("Number without a unit")
    NOT_GIVEN = "not_given", pgettext_lazy("catalogue", "Not given")
    NOT_UNDERSTOOD = "not_understood", _("Not understood")


class FeeStatus(TextChoices):
    """What the source lets us know of the fee (phí, lệ phí)."""

    PARSED = "parsed", _("Stated")
    FREE = "free", _("Free of charge")
    NOT_GIVEN = "not_given", pgettext_lazy("catalogue", "Not given")
    NOT_UNDERSTOOD = "not_understood", _("Not understood")


class FeeKind(TextChoices):
    """Law 97/2015/QH13 tells a fee for a service (phí) from a charge of the state (lệ phí)."""

    FEE = "fee", _("Fee")
    CHARGE = "charge", _("Charge")
    UNSPECIFIED = "unspecified", _("Fee or charge")


class Currency(TextChoices):
    """Consular charges are set in US dollars; everything else in đồng."""

    VND = "VND", _("đồng")
    USD = "USD", _("US dollars")


class Filing(TextChoices):
    """Where people may file online (Decree 224/2026/NĐ-CP, article 15)."""

    LOCAL = "local", _("Here")
    NATIONAL = "national", _("At the national portal")
    OFF = "off", _("Not online")


class Source(TextChoices):
    """Where a version of a procedure came from."""

    CATALOGUE = "catalogue", _("National catalogue")
    PACKAGE = "package", _("Package")


class LifeEvent(TextChoices):
    """Why people come (sự kiện trong đời): the groups under which procedures are offered to them."""

    CHILD = "child", _("Having a child")
    STUDY = "study", _("Study")
    WORK = "work", _("Work")
    IDENTITY = "identity", _("Residence and identity papers")
    FAMILY = "family", _("Marriage and family")
    HOUSING = "housing", _("Housing, land, electricity and water")
    HEALTH = "health", _("Health")
    VEHICLES = "vehicles", _("Vehicles and driving")
    SUPPORT = "support", _("Social support")
    RETIREMENT = "retirement", _("Retirement")
    DEATH = "death", _("Death of a relative")
    DISPUTE = "dispute", _("Complaints and disputes")
    START_BUSINESS = "start_business", _("Starting a business")
    HIRE = "hire", _("Hiring people")
    RUN_BUSINESS = "run_business", _("Running a business")
    BUILD = "build", _("Construction and investment")
    TRANSPORT = "transport", _("Transport business")
    TRADE = "trade", _("Import, export and customs")
    CLOSE_BUSINESS = "close_business", _("Closing a business")


class Audience(TextChoices):
    """For whom life events are grouped (đối tượng)."""

    CITIZENS = "citizens", _("Citizens")
    BUSINESSES = "businesses", _("Businesses")
