from django.db import migrations

# Whose step it was: that of the work item to try again; the receiving office's where no competent one was found.
_OFFICES = """
    UPDATE dossiers_incident i
    SET office_id = coalesce(
        (SELECT w.office_id FROM dossiers_workitem w WHERE w.id::text = i.retry->>'item'),
        CASE WHEN i.retry ? 'selector' THEN d.receiving_office_id ELSE d.resolving_office_id END)
    FROM dossiers_dossier d WHERE d.id = i.dossier_id AND i.resolved_at IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0005_incident_office'),
    ]

    operations = [
        migrations.RunSQL(_OFFICES, migrations.RunSQL.noop, elidable=True),
    ]
