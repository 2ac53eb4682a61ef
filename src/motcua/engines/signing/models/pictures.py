"""The pictures that visible signatures show."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing.models.holding import HolderKind
from motcua.kernel.identifiers.models import Keyed


class SigningPicture(Keyed):
    """The picture of an officer's handwritten signature, or of an office's seal (hình ảnh chữ ký, hình ảnh con dấu).

    One is in use for each holder; those before it stay, for documents were signed with them.
    """

    holder_kind = models.CharField(max_length=7, choices=HolderKind.choices)
    holder_id = models.UUIDField()
    png = models.BinaryField()
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id"],
                condition=Q(ended_at=None),
                name="signing_picture_one_in_use",
                violation_error_message=_("Somebody has changed this picture in the same moment. Look at it again."),
            ),
            models.CheckConstraint(
                condition=Q(holder_kind__in=["officer", "office"]),
                name="signing_picture_holder_known",
                violation_error_message=_("A picture belongs to an officer or to an office."),
            ),
        ]

    def __str__(self) -> str:
        return self.digest
