"""Fees that are paid so many times, and of which a part is given back; those given back already were so whole."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.db.models.lookups import Exact

_WHOLE = "UPDATE dossiers_feeline SET refunded = amount WHERE state = 'refunded'"
_ITEMS = models.CheckConstraint(
    condition=Q(quantity__gte=1) & Q(Exact(Mod(F("amount"), F("quantity")), 0)),
    name="fee_of_whole_items",
    violation_error_message="A fee is a number of items at one price.",
)
_REFUND = models.CheckConstraint(
    condition=Q(refunded=0) | Q(refunded__lte=F("amount"), state__in=["collected", "refunded"]) & ~Q(reason=""),
    name="fee_refund_of_what_was_paid",
    violation_error_message="No more is given back than was paid, and with a reason.",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0027_joint_applications")]

    operations = [
        migrations.AddField("feeline", "quantity", models.PositiveIntegerField(db_default=1, default=1)),
        migrations.AddField("feeline", "unit", models.CharField(blank=True, db_default="", max_length=100)),
        migrations.AddField("feeline", "refunded", models.PositiveBigIntegerField(db_default=0, default=0)),
        migrations.RunSQL(_WHOLE, migrations.RunSQL.noop, elidable=True),
        AddConstraintNotValid("feeline", _ITEMS),
        AddConstraintNotValid("feeline", _REFUND),
        ValidateConstraint("feeline", "fee_of_whole_items"),
        ValidateConstraint("feeline", "fee_refund_of_what_was_paid"),
    ]
