import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.lookups
import motcua.kernel.events.models
import motcua.kernel.identifiers.models
from django.db import migrations, models


EPOCH = """
CREATE FUNCTION events_epoch() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0::bigint;
CREATE FUNCTION events_horizon() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN pg_snapshot_xmin(pg_current_snapshot())::text::bigint + events_epoch();
"""

# What only grows. Triggers are no lock against the owner of the database (verify-events is); they stop mistakes.
TRIGGERS = """
CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: it only grows', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- A transaction that began early may write a stream late: then version 8 has a lower transaction id than version 7,
-- and a horizon between the two would let version 8 pass first. So an event is never below its predecessor.
CREATE FUNCTION events_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.txid := greatest(
    NEW.txid, (SELECT txid FROM events_event WHERE stream = NEW.stream AND version = NEW.version - 1));
  RETURN NEW;
END $$;
CREATE TRIGGER events_in_order BEFORE INSERT ON events_event
  FOR EACH ROW EXECUTE FUNCTION events_in_order();

CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events_event
  FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events_treeleaf
  FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events_treehead
  FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events_treekey
  FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events_skippedevent
  FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events_accessrecord
  FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();

CREATE TRIGGER events_stay BEFORE DELETE OR TRUNCATE ON events_eventpayload
  FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();
CREATE FUNCTION events_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.event_id IS DISTINCT FROM OLD.event_id OR NEW.person IS DISTINCT FROM OLD.person
     OR NEW.data IS NOT NULL OR OLD.erased_at IS NOT NULL THEN
    RAISE EXCEPTION 'a payload can be erased, not changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER events_erase_only BEFORE UPDATE ON events_eventpayload
  FOR EACH ROW EXECUTE FUNCTION events_erase_only();

CREATE TRIGGER events_stay BEFORE DELETE OR TRUNCATE ON events_streamhead
  FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();
CREATE FUNCTION events_forward_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.stream <> OLD.stream OR NEW.version < OLD.version THEN
    RAISE EXCEPTION 'the head of a stream only moves forward' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER events_forward_only BEFORE UPDATE ON events_streamhead
  FOR EACH ROW EXECUTE FUNCTION events_forward_only();

CREATE TRIGGER events_stay BEFORE DELETE OR TRUNCATE ON events_treetile
  FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();
CREATE FUNCTION events_grow_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.level, NEW.index) <> (OLD.level, OLD.index)
     OR substring(NEW.hashes FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
    RAISE EXCEPTION 'a tile of the tree only grows' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER events_grow_only BEFORE UPDATE ON events_treetile
  FOR EACH ROW EXECUTE FUNCTION events_grow_only();

-- A head is updated with every event of its stream: room on the page keeps the update out of the index.
ALTER TABLE events_streamhead SET (fillfactor = 70);
"""

NO_TRIGGERS = """
DROP TRIGGER events_in_order ON events_event;
DROP TRIGGER events_append_only ON events_event;
DROP TRIGGER events_append_only ON events_treeleaf;
DROP TRIGGER events_append_only ON events_treehead;
DROP TRIGGER events_append_only ON events_treekey;
DROP TRIGGER events_append_only ON events_skippedevent;
DROP TRIGGER events_append_only ON events_accessrecord;
DROP TRIGGER events_stay ON events_eventpayload;
DROP TRIGGER events_erase_only ON events_eventpayload;
DROP TRIGGER events_stay ON events_streamhead;
DROP TRIGGER events_forward_only ON events_streamhead;
DROP TRIGGER events_stay ON events_treetile;
DROP TRIGGER events_grow_only ON events_treetile;
DROP FUNCTION events_in_order, events_refuse, events_erase_only, events_forward_only, events_grow_only;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.RunSQL(EPOCH, "DROP FUNCTION events_horizon, events_epoch"),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('position', models.BigAutoField(primary_key=True, serialize=False)),
                ('txid', models.BigIntegerField(db_default=motcua.kernel.events.models.TransactionId(), editable=False)),
                ('stream', models.CharField(max_length=120)),
                ('version', models.IntegerField()),
                ('kind', models.CharField(max_length=80)),
                ('actor', models.UUIDField(null=True)),
                ('agency', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('references', models.JSONField()),
                ('payload_digest', models.BinaryField(max_length=32, null=True)),
                ('digest', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='SkippedEvent',
            fields=[
                ('id', models.UUIDField(default=motcua.kernel.identifiers.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('subscriber', models.CharField(max_length=80)),
                ('reason', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='StreamHead',
            fields=[
                ('stream', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('version', models.IntegerField()),
                ('digest', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('horizon', models.BigIntegerField(default=0)),
                ('target', models.BigIntegerField(null=True)),
                ('after', models.BigIntegerField(default=0)),
                ('until', models.BigIntegerField(null=True)),
                ('failures', models.IntegerField(default=0)),
                ('retry_at', models.DateTimeField(null=True)),
                ('stuck_at', models.BigIntegerField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=200)),
                ('delivered_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TreeHead',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                ('root', models.BinaryField(max_length=32)),
                ('at', models.DateTimeField()),
                ('signature', models.BinaryField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='TreeKey',
            fields=[
                ('id', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('public', models.BinaryField(max_length=32)),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='TreeLeaf',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='TreeTile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.SmallIntegerField()),
                ('index', models.BigIntegerField()),
                ('hashes', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='AccessRecord',
            fields=[
                ('id', models.UUIDField(default=motcua.kernel.identifiers.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('who', models.UUIDField()),
                ('whose', models.UUIDField()),
                ('purpose', models.CharField(max_length=80)),
                ('subject', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('window', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['whose', '-at', '-id'], name='events_accesses_of')],
                'constraints': [models.UniqueConstraint(fields=('whose', 'who', 'subject', 'purpose', 'window'), name='events_one_access_a_window')],
            },
        ),
        migrations.CreateModel(
            name='EventPayload',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='payload', serialize=False, to='events.event')),
                ('person', models.UUIDField(null=True)),
                ('salt', models.BinaryField(max_length=32, null=True)),
                ('data', models.JSONField(null=True)),
                ('erased_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['txid', 'position'], name='events_by_transaction'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=django.contrib.postgres.indexes.HashIndex(fields=['digest'], name='events_by_digest'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(fields=('stream', 'version'), name='events_one_version'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='events_version_from_one'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func('digest', function='octet_length', output_field=models.IntegerField()), 32), name='events_digest_32_bytes'),
        ),
        migrations.AddField(
            model_name='skippedevent',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.event'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('target__isnull', True), ('until__isnull', True)), models.Q(('target__gt', models.F('horizon')), ('until__isnull', False)), _connector='OR'), name='events_subscription_window'),
        ),
        migrations.AddField(
            model_name='treehead',
            name='key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.treekey'),
        ),
        migrations.AddField(
            model_name='treeleaf',
            name='event',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='leaf', to='events.event'),
        ),
        migrations.AddConstraint(
            model_name='treetile',
            constraint=models.UniqueConstraint(fields=('level', 'index'), name='events_one_tile'),
        ),
        migrations.AddIndex(
            model_name='eventpayload',
            index=models.Index(condition=models.Q(('erased_at__isnull', True), ('person__isnull', False)), fields=['person'], name='events_payload_of_person'),
        ),
        migrations.AddConstraint(
            model_name='eventpayload',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('data__isnull', False), ('erased_at__isnull', True), ('salt__isnull', False)), models.Q(('data__isnull', True), ('erased_at__isnull', False), ('salt__isnull', True)), _connector='OR'), name='events_payload_kept_or_erased'),
        ),
        migrations.AddConstraint(
            model_name='skippedevent',
            constraint=models.UniqueConstraint(fields=('subscriber', 'event'), name='events_skipped_once'),
        ),
        migrations.AddConstraint(
            model_name='treehead',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func('root', function='octet_length', output_field=models.IntegerField()), 32), name='events_root_32_bytes'),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
