"""The table is long, and nobody waits for it; an index that was broken off is built anew."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

_ONCE = models.UniqueConstraint(fields=["contact", "key"], name="notice_to_contact_once", condition=~Q(contact=None))
_CLEAR = "DROP INDEX CONCURRENTLY IF EXISTS notice_to_contact_once"
_BUILD = """
    CREATE UNIQUE INDEX CONCURRENTLY notice_to_contact_once ON messaging_notice (contact, key)
    WHERE NOT (contact IS NULL)
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("messaging", "0004_contacts")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_CLEAR, migrations.RunSQL.noop), migrations.RunSQL(_BUILD, _CLEAR)],
            [migrations.AddConstraint("notice", _ONCE)],
        ),
        ValidateConstraint("notice", "notice_to_one"),
        migrations.RemoveConstraint("notice", "notice_to_account_or_party"),
    ]
