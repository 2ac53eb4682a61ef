"""What nobody may do to files, whoever they are: kept by the database itself.

As with the events, triggers are no lock against the owner of the database, who could drop them; what was done before stays
told in the chain of events. They stop every program, page and administrator, and raw SQL.
"""

from django.db import migrations

GUARDS = """
CREATE FUNCTION records_refuse(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', what USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION records_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM records_refuse(format('%s of %s is refused: it is never deleted', TG_OP, TG_TABLE_NAME));
  RETURN NULL;
END $$;

CREATE FUNCTION records_is_held(file uuid) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  SELECT EXISTS (SELECT FROM records_hold WHERE file_id = file AND lifted_at IS NULL)
$$;

-- Closed, a file is frozen: its description stays, it is never opened again, and its retention only grows. Held, nothing
-- changes but the keeper, a longer retention and the day of the last warning.
CREATE FUNCTION records_guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER records_guard BEFORE UPDATE ON records_workfile
  FOR EACH ROW EXECUTE FUNCTION records_guard_file();
CREATE TRIGGER records_stay BEFORE DELETE OR TRUNCATE ON records_workfile
  FOR EACH STATEMENT EXECUTE FUNCTION records_never();

-- What a file holds changes only while it is open and not held; of a destroyed one the contents go, the description stays.
-- The lock waits for a hold that is being placed at this moment.
CREATE FUNCTION records_may_change(file uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  found text;
BEGIN
  SELECT state INTO found FROM records_workfile WHERE id = file FOR UPDATE;
  IF records_is_held(file) THEN
    PERFORM records_refuse('a legal hold stands on this file');
  END IF;
  RETURN found;
END $$;

CREATE FUNCTION records_guard_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found text;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.file_id <> OLD.file_id THEN
    PERFORM records_refuse('a document is not moved from file to file');
  END IF;
  found := records_may_change(CASE WHEN TG_OP = 'INSERT' THEN NEW.file_id ELSE OLD.file_id END);
  IF found <> 'open' AND (
    found <> 'destroyed' OR TG_OP <> 'UPDATE' OR NEW.upload_id IS NOT NULL
    OR to_jsonb(NEW) - 'upload_id' <> to_jsonb(OLD) - 'upload_id'
  ) THEN
    PERFORM records_refuse('a closed file is frozen');
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_entry
  FOR EACH ROW EXECUTE FUNCTION records_guard_entry();

CREATE FUNCTION records_guard_pinned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_file uuid;
  found text;
BEGIN
  SELECT file_id INTO of_file FROM records_entry
    WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.entry_id ELSE OLD.entry_id END;
  found := records_may_change(of_file);
  IF TG_OP = 'UPDATE' AND (
    found <> 'destroyed' OR NEW.stored_id IS NOT NULL OR to_jsonb(NEW) - 'stored_id' <> to_jsonb(OLD) - 'stored_id'
  ) OR TG_OP <> 'UPDATE' AND found <> 'open' THEN
    PERFORM records_refuse('a closed file is frozen');
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_pinnedfile
  FOR EACH ROW EXECUTE FUNCTION records_guard_pinned();

-- A file row that is pinned keeps its content; that it cannot be deleted is the foreign key's work.
CREATE FUNCTION records_guard_stored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM records_pinnedfile WHERE stored_id = OLD.id) THEN
    PERFORM records_refuse('a closed file is frozen');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_guard BEFORE UPDATE OF blob_id ON blobs_storedfile
  FOR EACH ROW WHEN (NEW.blob_id IS DISTINCT FROM OLD.blob_id) EXECUTE FUNCTION records_guard_stored();

-- A hold is lifted once, by somebody, and only where an event of the chain tells of it.
CREATE FUNCTION records_guard_hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lifting text[] := ARRAY['lifted_at', 'lifted_by_id', 'lift_basis'];
  found text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT state INTO found FROM records_workfile WHERE id = NEW.file_id FOR UPDATE;
    IF found = 'destroyed' THEN
      PERFORM records_refuse('this file was destroyed');
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL OR to_jsonb(NEW) - lifting <> to_jsonb(OLD) - lifting
     OR NOT EXISTS (
       SELECT FROM events_event WHERE stream = 'workfile:' || OLD.file_id AND kind = 'records.hold_lifted'
       AND "references"->>'hold' = OLD.id::text
     ) THEN
    PERFORM records_refuse('a hold is lifted by whom may, with an event that tells of it');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE ON records_hold
  FOR EACH ROW EXECUTE FUNCTION records_guard_hold();
CREATE TRIGGER records_stay BEFORE DELETE OR TRUNCATE ON records_hold
  FOR EACH STATEMENT EXECUTE FUNCTION records_never();
"""

NO_GUARDS = """
DROP TRIGGER records_guard ON records_workfile;
DROP TRIGGER records_stay ON records_workfile;
DROP TRIGGER records_guard ON records_entry;
DROP TRIGGER records_guard ON records_pinnedfile;
DROP TRIGGER records_guard ON blobs_storedfile;
DROP TRIGGER records_guard ON records_hold;
DROP TRIGGER records_stay ON records_hold;
DROP FUNCTION records_guard_file, records_guard_entry, records_guard_pinned, records_guard_stored, records_guard_hold;
DROP FUNCTION records_may_change, records_is_held, records_never, records_refuse;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial"), ("events", "0001_initial"), ("blobs", "0001_initial")]

    operations = [migrations.RunSQL(GUARDS, NO_GUARDS)]
