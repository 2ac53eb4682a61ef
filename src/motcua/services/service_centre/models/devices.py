"""Screens of a centre that nobody signs in at: kiosks, boards, tablets. Nothing but these opens their pages."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed
from motcua.services.service_centre.models.places import Centre, Counter


class Device(Keyed):
    """A kiosk, a board, or the tablet of a ``counter`` (ki-ốt, bảng hiển thị, máy tính bảng tại quầy).

    The cookie holds a random key, the row its SHA-256.
    """

    class Kind(models.TextChoices):
        KIOSK = "kiosk", pgettext_lazy("device", "Kiosk")
        BOARD = "board", pgettext_lazy("device", "Board")
        TABLET = "tablet", pgettext_lazy("device", "Counter tablet")

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="devices")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, blank=True, related_name="devices")
    name = models.CharField(max_length=80)
    code_digest = models.CharField(max_length=64, blank=True)  # of the code typed once at the screen
    code_until = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    paired_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(digest=None, paired_at=None) | Q(digest__isnull=False, paired_at__isnull=False),
                name="device_paired_wholly",
                violation_error_message=_("A screen that is set up has a key and a time."),
            ),
            models.CheckConstraint(condition=Q(kind__in=["kiosk", "board", "tablet"]), name="device_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="tablet", counter__isnull=False) | (~Q(kind="tablet") & Q(counter=None)),
                name="device_tablet_at_counter",
                violation_error_message=_("A tablet stands at a counter, no other screen does."),
            ),
            models.UniqueConstraint(fields=["code_digest"], condition=~Q(code_digest=""), name="device_code_once"),
        ]

    def __str__(self) -> str:
        return self.name
