"""Who wants to hear of events at an address of theirs, and what was sent there."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.events.models import Event
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account


class Webhook(Keyed):
    """A subscription of another system (đăng ký nhận sự kiện). The secret is stored sealed: it signs what is sent."""

    service = models.CharField(max_length=80, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    url = models.CharField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=80))
    secret = models.BinaryField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, service="") | (Q(account=None) & ~Q(service="")),
                name="webhook_of_account_or_service",
                violation_error_message=_("A webhook belongs to an account or to a service."),
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="webhook_live", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    """How far a delivery has come."""

    WAITING = "waiting", _("Waiting to be delivered")
    DELIVERED = "delivered", _("Delivered")
    DEAD = "dead", _("Given up")


class Delivery(Keyed):
    """An event on its way to a webhook. What could not be delivered after all attempts is a dead letter."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # of the last answer
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at__isnull=True)),
                name="delivery_delivered_with_time",
                violation_error_message=_("A delivery has a time exactly when it was delivered."),
            ),
        ]
        indexes = [
            models.Index(fields=["webhook", "-created_at", "-id"], name="delivery_of_webhook"),
            models.Index(fields=["webhook", "state", "-created_at", "-id"], name="delivery_by_state"),
            models.Index(fields=["delivered_at"], name="delivery_delivered", condition=Q(state="delivered")),
        ]
