"""Notices to those whom only a room knows; the table is long, and nobody waits for it."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

_ONCE = models.UniqueConstraint(fields=["contact", "key"], name="notice_to_contact_once", condition=~Q(contact=None))
_ONCE_NOW = """
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notice_to_contact_once ON messaging_notice (contact, key)
    WHERE NOT (contact IS NULL)
"""
_TO = models.CheckConstraint(
    condition=Q(recipient__isnull=False, party=None, contact=None)
    | Q(recipient=None, party__isnull=False, contact=None, shown=False)
    | Q(recipient=None, party=None, contact__isnull=False, shown=False),
    name="notice_to_one",
    violation_error_message="A notice goes to an account, or to somebody who has none.",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("messaging", "0003_people_without_account")]

    operations = [
        migrations.AddField("notice", "contact", models.UUIDField(blank=True, null=True)),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_ONCE_NOW, "DROP INDEX CONCURRENTLY IF EXISTS notice_to_contact_once")],
            [migrations.AddConstraint("notice", _ONCE)],
        ),
        AddConstraintNotValid("notice", _TO),
        ValidateConstraint("notice", "notice_to_one"),
        migrations.RemoveConstraint("notice", "notice_to_account_or_party"),
    ]
