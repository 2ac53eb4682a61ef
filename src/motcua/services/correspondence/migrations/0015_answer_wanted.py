"""When an answer to a document is wanted; one row of numbers for certified copies of every kind."""

from django.db import migrations, models

# Each kind counted by itself: the common row goes on after the highest number of the year, so that none comes twice.
ONE_ROW = """
    INSERT INTO registers_counter (series_id, scope, last)
    SELECT c.series_id, regexp_replace(c.scope, '[|]copies-[a-z_]+[|]', '|copies|') AS common, max(c.last)
    FROM registers_counter c JOIN registers_numberseries s ON s.id = c.series_id
    WHERE s.code = 'outgoing-documents' AND c.scope LIKE '%|copies-%'
    GROUP BY c.series_id, common
    ON CONFLICT (series_id, scope) DO UPDATE SET last = greatest(registers_counter.last, excluded.last)
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0014_replaced_too"), ("registers", "0002_changes")]

    operations = [
        migrations.AddField("outgoingdocument", "due_on", models.DateField(blank=True, null=True)),
        migrations.RunSQL(ONE_ROW, migrations.RunSQL.noop, elidable=True),
    ]
