"""A unit may keep a file back when its transfer is due (Decree 30/2020/NĐ-CP, article 30)."""

from importlib import import_module

from django.db import migrations, models

FORMER = import_module("motcua.services.records.migrations.0003_held_offers").GUARD
GUARD = """
CREATE OR REPLACE FUNCTION records_guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  loose text[] := ARRAY['keeper_id', 'kept_until', 'permanent', 'told_on'];
  loose_closed text[] := loose || ARRAY['state', 'archived_at', 'destroyed_at', 'transfer_due', 'kept_back_from'];
  loose_now text[] := CASE WHEN OLD.state = 'offered' AND NEW.state = 'closed' THEN loose || 'state'::text ELSE loose END;
BEGIN
  IF records_is_held(OLD.id) AND to_jsonb(NEW) - loose_now <> to_jsonb(OLD) - loose_now THEN
    PERFORM records_refuse('a legal hold stands on this file');
  END IF;
  IF OLD.state <> 'open' THEN
    IF NEW.state = 'open'
       OR to_jsonb(NEW) - loose_closed <> to_jsonb(OLD) - loose_closed THEN
      PERFORM records_refuse('a closed file is frozen');
    END IF;
    IF OLD.permanent AND NOT NEW.permanent OR NOT NEW.permanent AND NEW.kept_until < OLD.kept_until THEN
      PERFORM records_refuse('the retention of a closed file only grows');
    END IF;
    IF NEW.kept_back_from IS DISTINCT FROM OLD.kept_back_from AND NEW.kept_back_from IS DISTINCT FROM OLD.transfer_due
       OR NEW.transfer_due IS DISTINCT FROM OLD.transfer_due
          AND (NEW.state <> 'closed' OR NEW.kept_back_from IS NULL OR NEW.transfer_due <= OLD.transfer_due) THEN
      PERFORM records_refuse('a closed file is transferred later only when it is kept back');
    END IF;
    IF NEW.state = 'destroyed' AND OLD.state <> 'destroyed'
       AND (NEW.permanent OR NEW.kept_until >= (NEW.destroyed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) THEN
      PERFORM records_refuse('this file is still to be kept');
    END IF;
    IF OLD.state = 'destroyed' AND NEW.state <> 'destroyed' THEN
      PERFORM records_refuse('what was destroyed does not come back');
    END IF;
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0007_no_truncating")]

    operations = [
        migrations.AddField("workfile", "kept_back_from", models.DateField(blank=True, null=True)),
        migrations.RunSQL(GUARD, FORMER),
    ]
