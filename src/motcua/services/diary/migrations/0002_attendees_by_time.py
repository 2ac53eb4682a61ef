from django.db import migrations, models

FILL = """
    UPDATE diary_attendee SET starts_at = a.starts_at FROM diary_appointment a WHERE a.id = diary_attendee.appointment_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('diary', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='attendee',
            name='starts_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        # What the update has queued for foreign keys must be through before the table is altered again.
        migrations.RunSQL('SET CONSTRAINTS ALL IMMEDIATE', migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='attendee',
            name='starts_at',
            field=models.DateTimeField(),
        ),
        migrations.RemoveIndex(
            model_name='attendee',
            name='diary_by_officer',
        ),
        migrations.RemoveIndex(
            model_name='attendee',
            name='diary_by_unit',
        ),
        migrations.AddIndex(
            model_name='attendee',
            index=models.Index(condition=models.Q(('officer__isnull', False)), fields=['officer', 'starts_at'], name='diary_officer_by_time'),
        ),
        migrations.AddIndex(
            model_name='attendee',
            index=models.Index(condition=models.Q(('officer', None)), fields=['office', 'starts_at'], name='diary_unit_by_time'),
        ),
    ]
