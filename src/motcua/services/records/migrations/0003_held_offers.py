"""A transfer is given up although a legal hold stands on one of its files: the file is closed as before."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION records_guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  loose text[] := ARRAY['keeper_id', 'kept_until', 'permanent', 'told_on'];
  loose_now text[] := CASE WHEN OLD.state = 'offered' AND NEW.state = 'closed' THEN loose || 'state'::text ELSE loose END;
BEGIN
  IF records_is_held(OLD.id) AND to_jsonb(NEW) - loose_now <> to_jsonb(OLD) - loose_now THEN
    PERFORM records_refuse('a legal hold stands on this file');
  END IF;
  IF OLD.state <> 'open' THEN
    IF NEW.state = 'open'
       OR to_jsonb(NEW) - loose - ARRAY['state', 'archived_at', 'destroyed_at']
          <> to_jsonb(OLD) - loose - ARRAY['state', 'archived_at', 'destroyed_at'] THEN
      PERFORM records_refuse('a closed file is frozen');
    END IF;
    IF OLD.permanent AND NOT NEW.permanent OR NOT NEW.permanent AND NEW.kept_until < OLD.kept_until THEN
      PERFORM records_refuse('the retention of a closed file only grows');
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

FORMER = """
CREATE OR REPLACE FUNCTION records_guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  loose text[] := ARRAY['keeper_id', 'kept_until', 'permanent', 'told_on'];
BEGIN
  IF records_is_held(OLD.id) AND to_jsonb(NEW) - loose <> to_jsonb(OLD) - loose THEN
    PERFORM records_refuse('a legal hold stands on this file');
  END IF;
  IF OLD.state <> 'open' THEN
    IF NEW.state = 'open'
       OR to_jsonb(NEW) - loose - ARRAY['state', 'archived_at', 'destroyed_at']
          <> to_jsonb(OLD) - loose - ARRAY['state', 'archived_at', 'destroyed_at'] THEN
      PERFORM records_refuse('a closed file is frozen');
    END IF;
    IF OLD.permanent AND NOT NEW.permanent OR NOT NEW.permanent AND NEW.kept_until < OLD.kept_until THEN
      PERFORM records_refuse('the retention of a closed file only grows');
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
    dependencies = [("records", "0002_guards")]

    operations = [migrations.RunSQL(GUARD, FORMER)]
