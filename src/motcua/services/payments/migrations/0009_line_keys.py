"""Sums that are known by a reference alone get the digest of their line, as they would be read today."""

import hashlib
from typing import Any

from django.db import migrations

AT_ONCE = 5_000


def with_digests(apps: Any, schema_editor: Any) -> None:
    incoming = apps.get_model("payments", "Incoming").objects
    former = incoming.exclude(source="gateway").exclude(key__startswith="#").order_by("id")
    rows = list(former[:AT_ONCE])
    while rows:
        for row in rows:
            words = "".join(row.text.split()).casefold()
            told = f"{row.booked_on.isoformat()}\n{row.amount}\n{words}\n1"
            row.key = f"{row.key}#{hashlib.sha256(told.encode()).hexdigest()}"[:80]
        incoming.bulk_update(rows, ["key"], batch_size=1000)
        rows = list(former.filter(id__gt=rows[-1].id)[:AT_ONCE])


class Migration(migrations.Migration):
    dependencies = [("payments", "0008_refunds")]

    operations = [migrations.RunPython(with_digests, migrations.RunPython.noop, elidable=True)]
