"""Notices to those whom only a room knows."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

_TO = models.CheckConstraint(
    condition=Q(recipient__isnull=False, party=None, contact=None)
    | Q(recipient=None, party__isnull=False, contact=None, shown=False)
    | Q(recipient=None, party=None, contact__isnull=False, shown=False),
    name="notice_to_one",
    violation_error_message="A notice goes to an account, or to somebody who has none.",
)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_people_without_account")]

    operations = [
        migrations.AddField("notice", "contact", models.UUIDField(blank=True, null=True)),
        AddConstraintNotValid("notice", _TO),
    ]
