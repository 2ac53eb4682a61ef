"""Who may see what, and in which order lists are read, without walking over years of closed dossiers."""

import datetime

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Coalesce

WRITE = """
CREATE FUNCTION dossiers_involve_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO dossiers_involvement (dossier_id, office_id)
  VALUES (NEW.id, NEW.receiving_office_id), (NEW.id, NEW.resolving_office_id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE FUNCTION dossiers_involve_office() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO dossiers_involvement (dossier_id, office_id)
  VALUES (NEW.dossier_id, NEW.office_id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE FUNCTION dossiers_involve_other_office() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM dossiers_involvement i
  WHERE i.dossier_id = NEW.dossier_id AND i.office_id = OLD.office_id
    AND NOT EXISTS (SELECT FROM dossiers_workitem w WHERE w.dossier_id = i.dossier_id AND w.office_id = i.office_id)
    AND NOT EXISTS (SELECT FROM dossiers_dossier d WHERE d.id = i.dossier_id
                    AND i.office_id IN (d.receiving_office_id, d.resolving_office_id));
  INSERT INTO dossiers_involvement (dossier_id, office_id)
  SELECT NEW.dossier_id, NEW.office_id WHERE NEW.office_id IS NOT NULL ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER dossiers_involve_home AFTER INSERT OR UPDATE OF receiving_office_id, resolving_office_id
  ON dossiers_dossier FOR EACH ROW EXECUTE FUNCTION dossiers_involve_home();
CREATE TRIGGER dossiers_involve_office AFTER INSERT
  ON dossiers_workitem FOR EACH ROW WHEN (NEW.office_id IS NOT NULL) EXECUTE FUNCTION dossiers_involve_office();
CREATE TRIGGER dossiers_involve_other_office AFTER UPDATE OF office_id
  ON dossiers_workitem FOR EACH ROW WHEN (NEW.office_id IS DISTINCT FROM OLD.office_id)
  EXECUTE FUNCTION dossiers_involve_other_office();
INSERT INTO dossiers_involvement (dossier_id, office_id)
SELECT id, receiving_office_id FROM dossiers_dossier UNION SELECT id, resolving_office_id FROM dossiers_dossier
UNION SELECT dossier_id, office_id FROM dossiers_workitem WHERE office_id IS NOT NULL;
"""
FORGET = """
DROP TRIGGER dossiers_involve_home ON dossiers_dossier;
DROP TRIGGER dossiers_involve_office ON dossiers_workitem;
DROP TRIGGER dossiers_involve_other_office ON dossiers_workitem;
DROP FUNCTION dossiers_involve_home();
DROP FUNCTION dossiers_involve_office();
DROP FUNCTION dossiers_involve_other_office();
"""
NEVER = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0003_once'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Involvement',
            fields=[
                ('pk', models.CompositePrimaryKey('dossier_id', 'office_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('dossier', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='involvements', to='dossiers.dossier')),
                ('office', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.office')),
            ],
            options={
                'indexes': [models.Index(fields=['office', 'dossier'], name='involvement_of_office')],
            },
        ),
        migrations.RunSQL(WRITE, FORGET),
        migrations.RemoveIndex(
            model_name='workitem',
            name='work_open_office',
        ),
        migrations.AddIndex(
            model_name='workitem',
            index=models.Index(models.F('office'), Coalesce('due_at', models.Value(NEVER)), models.F('id'), condition=models.Q(('kind', 'step'), ('state', 'open')), name='work_open_in_office'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['receiving_office', 'submitted_at', 'id'], name='dossier_to_accept'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(condition=models.Q(('state', 'decided')), fields=['receiving_office', 'decided_at', 'id'], name='dossier_to_return'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['state', '-submitted_at', '-id'], name='dossier_open_state'),
        ),
    ]
