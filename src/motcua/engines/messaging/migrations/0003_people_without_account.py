"""Notices to people without an account; the table is long, and nobody waits for it."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

_NOBODY = "ALTER TABLE messaging_notice ALTER COLUMN recipient_id DROP NOT NULL"
_RECIPIENT = models.ForeignKey(
    settings.AUTH_USER_MODEL,
    blank=True,
    null=True,
    on_delete=django.db.models.deletion.CASCADE,
    related_name="notices",
)
_ONCE = models.UniqueConstraint(fields=["party", "key"], name="notice_to_party_once", condition=~Q(party=None))
_ONCE_NOW = """
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notice_to_party_once ON messaging_notice (party_id, key)
    WHERE NOT (party_id IS NULL)
"""
_TO = models.CheckConstraint(
    condition=Q(recipient__isnull=False, party=None) | Q(recipient=None, party__isnull=False, shown=False),
    name="notice_to_account_or_party",
    violation_error_message="A notice goes to an account, or to somebody who has none.",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("citizens", "0004_parents"),
        ("messaging", "0002_phones"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "notice",
            "party",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="citizens.party",
            ),
        ),
        # Without checking again that every account is there, behind which everybody would wait who signs in.
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_NOBODY, migrations.RunSQL.noop)],
            [migrations.AlterField("notice", "recipient", _RECIPIENT)],
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_ONCE_NOW, "DROP INDEX CONCURRENTLY IF EXISTS notice_to_party_once")],
            [migrations.AddConstraint("notice", _ONCE)],
        ),
        AddConstraintNotValid("notice", _TO),
        ValidateConstraint("notice", "notice_to_account_or_party"),
    ]
