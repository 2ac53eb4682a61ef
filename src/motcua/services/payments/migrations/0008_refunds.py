"""Orders know how much of them was given back, and receipts how much had been when they were issued."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import F, Q

_REFUNDED = models.CheckConstraint(
    condition=Q(refunded__lte=F("amount")) & (Q(refunded=0) | Q(state="paid")),
    name="order_refunded_of_what_was_paid",
    violation_error_message="No more is given back than has been paid.",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0007_lines_by_key")]

    operations = [
        migrations.AddField("order", "refunded", models.PositiveBigIntegerField(db_default=0, default=0)),
        migrations.AddField("receipt", "refunded", models.PositiveBigIntegerField(db_default=0, default=0)),
        AddConstraintNotValid("order", _REFUNDED),
        ValidateConstraint("order", "order_refunded_of_what_was_paid"),
    ]
