import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import motcua.kernel.identifiers.models

# The rows of the table stay narrow, so that a span of days is few pages; words are fetched where a phrase is looked for.
_NARROW = "ALTER TABLE correspondence_searchentry SET (toast_tuple_target = 128)"
_WIDE = "ALTER TABLE correspondence_searchentry RESET (toast_tuple_target)"
# Entries have other lexemes now: the subscriber reads all events of documents once more.
_ANEW = """
UPDATE events_subscription SET horizon = 0, target = NULL, "until" = NULL, "after" = 0, failures = 0, retry_at = NULL
WHERE name = 'correspondence.search'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("blobs", "0001_initial"),
        ("events", "0001_initial"),
        ("correspondence", "0006_outgoing_notation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FileText",
            fields=[
                ("blob", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+", serialize=False, to="blobs.blob")),
                ("state", models.CharField(choices=[("waiting", "waiting"), ("read", "read"), ("unreadable", "unreadable")], max_length=10)),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                ("id", models.UUIDField(default=motcua.kernel.identifiers.models.new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("asked", models.JSONField()),
                ("saved_at", models.DateTimeField()),
                ("account", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "name"), name="search_named_once", violation_error_message="You have kept a search under this name already.")],
            },
        ),
        migrations.RemoveIndex(model_name="searchentry", name="correspondence_newest"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX correspondence_words SET (fastupdate = off)",
                    "ALTER INDEX correspondence_words RESET (fastupdate)",
                ),
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="searchentry", name="correspondence_words"),
                migrations.AddIndex(
                    model_name="searchentry",
                    index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["words"], name="correspondence_words"),
                ),
            ],
        ),
        migrations.RunSQL(_NARROW, _WIDE),
        migrations.RunSQL(
            "CREATE AGGREGATE correspondence_together (tsvector) (sfunc = tsvector_concat, stype = tsvector, initcond = '')",
            "DROP AGGREGATE correspondence_together (tsvector)",
        ),
        migrations.RunSQL(_ANEW, migrations.RunSQL.noop),
    ]
