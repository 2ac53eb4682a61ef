"""Drawers know what was given back, and what came by card: orders name the terminal's slip."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.models import F, Q

import motcua.kernel.identifiers.models

METHODS = [("cash", "Cash"), ("card", "Card"), ("transfer", "Bank transfer"), ("online", "Online payment")]
_SLIP = models.CheckConstraint(
    condition=(Q(method="card") & ~Q(slip="")) | (~Q(method="card") & Q(slip="")),
    name="order_by_card_with_slip",
    violation_error_message="A payment by card names the terminal's slip.",
)
_EXPLAINED = models.CheckConstraint(
    condition=Q(counted=F("expected"), card_counted=F("card_expected")) | ~Q(note=""),
    name="closing_difference_explained",
    violation_error_message="A difference needs a note.",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0009_line_keys"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RemoveConstraint("cashclosing", "closing_difference_explained"),
        migrations.AddField("cashclosing", "refunds", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField("cashclosing", "cards", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField("cashclosing", "card_expected", models.BigIntegerField(db_default=0, default=0)),
        migrations.AddField("cashclosing", "card_counted", models.BigIntegerField(db_default=0, default=0)),
        migrations.AlterField("cashclosing", "expected", models.BigIntegerField()),
        migrations.AlterField("cashclosing", "counted", models.BigIntegerField()),
        migrations.AddConstraint("cashclosing", _EXPLAINED),
        migrations.AddField("order", "slip", models.CharField(blank=True, db_default="", max_length=40)),
        migrations.RunSQL(
            "UPDATE payments_order SET slip = '–' WHERE method = 'card'", migrations.RunSQL.noop, elidable=True
        ),
        AddConstraintNotValid("order", _SLIP),
        ValidateConstraint("order", "order_by_card_with_slip"),
        AddIndexConcurrently(
            "order",
            models.Index(
                fields=["taken_by", "closed_at"],
                name="order_till_kept",
                condition=Q(method__in=["cash", "card"], closing=None),
            ),
        ),
        RemoveIndexConcurrently("order", "order_cash_kept"),
        migrations.CreateModel(
            "Refund",
            [
                (
                    "id",
                    models.UUIDField(
                        default=motcua.kernel.identifiers.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("amount", models.PositiveBigIntegerField()),
                ("method", models.CharField(choices=METHODS, max_length=8)),
                ("given_at", models.DateTimeField()),
                (
                    "closing",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="given_back",
                        to="payments.cashclosing",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="payments.order",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(amount__gt=0),
                        name="refund_of_something",
                        violation_error_message="Nothing is given back.",
                    )
                ],
                "indexes": [
                    models.Index(fields=["order", "given_at"], name="refund_of_order"),
                    models.Index(
                        fields=["order"], name="refund_till_kept", condition=Q(method__in=["cash", "card"], closing=None)
                    ),
                ],
            },
        ),
    ]
