"""A file is destroyed by a decision on an appraisal alone, and what an appraisal has decided stays as it is."""

from django.db import migrations

GUARDS = """
-- Beside what records_guard keeps (no hold, retention over): destruction needs a decision that is being carried out, with
-- the council's verdict on this very file.
CREATE FUNCTION records_guard_destruction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM records_appraisedfile row JOIN records_appraisal whole ON whole.id = row.appraisal_id
    WHERE row.file_id = NEW.id AND row.verdict = 'destroy' AND row.ended_at IS NULL AND whole.state = 'destroying'
  ) THEN
    PERFORM records_refuse('a file is destroyed by a decision on its appraisal');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_guard_destruction BEFORE UPDATE OF state ON records_workfile
  FOR EACH ROW WHEN (NEW.state = 'destroyed' AND OLD.state <> 'destroyed')
  EXECUTE FUNCTION records_guard_destruction();

-- An appraisal goes forward. What the council has concluded and what was decided is written once.
CREATE FUNCTION records_guard_appraisal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  steps text[] := ARRAY['draft', 'council', 'concluded', 'approved', 'destroying', 'done'];
  later text[] := ARRAY['state', 'begun_by_id', 'done_at', 'listing_id', 'minutes_id', 'remark'];
BEGIN
  IF NEW.state <> OLD.state AND NOT (
    array_position(steps, NEW.state) = array_position(steps, OLD.state) + 1
    OR NEW.state = 'cancelled' AND OLD.state IN ('draft', 'council', 'concluded', 'approved')
  ) THEN
    PERFORM records_refuse('an appraisal goes forward, step by step');
  END IF;
  IF OLD.state IN ('done', 'cancelled') AND to_jsonb(NEW) <> to_jsonb(OLD)
     OR OLD.state IN ('approved', 'destroying') AND to_jsonb(NEW) - later <> to_jsonb(OLD) - later THEN
    PERFORM records_refuse('what was decided on an appraisal stays');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_guard BEFORE UPDATE ON records_appraisal
  FOR EACH ROW EXECUTE FUNCTION records_guard_appraisal();
CREATE TRIGGER records_stay BEFORE DELETE OR TRUNCATE ON records_appraisal
  FOR EACH STATEMENT EXECUTE FUNCTION records_never();

-- Files and members come and go while the list is prepared; verdicts are written when the council concludes.
CREATE FUNCTION records_guard_appraised() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  loose text[] := ARRAY['result', 'cause', 'left_over', 'ended_at'];
  found text;
BEGIN
  SELECT state INTO found FROM records_appraisal
    WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.appraisal_id ELSE OLD.appraisal_id END FOR UPDATE;
  IF found <> 'draft' AND TG_OP <> 'UPDATE'
     OR TG_OP = 'UPDATE' AND (
       OLD.ended_at IS NOT NULL
       OR to_jsonb(NEW) - loose <> to_jsonb(OLD) - loose AND found NOT IN ('draft', 'council')
     ) THEN
    PERFORM records_refuse('what was decided on an appraisal stays');
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_appraisedfile
  FOR EACH ROW EXECUTE FUNCTION records_guard_appraised();

CREATE FUNCTION records_guard_council() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found text;
BEGIN
  SELECT state INTO found FROM records_appraisal
    WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.appraisal_id ELSE OLD.appraisal_id END FOR UPDATE;
  IF found <> 'draft' THEN
    PERFORM records_refuse('what was decided on an appraisal stays');
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_councilmember
  FOR EACH ROW EXECUTE FUNCTION records_guard_council();

CREATE FUNCTION records_guard_ballot() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found text;
BEGIN
  SELECT whole.state INTO found FROM records_appraisal whole JOIN records_councilmember m ON m.appraisal_id = whole.id
    WHERE m.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.member_id ELSE OLD.member_id END FOR UPDATE OF whole;
  IF found <> 'council' OR TG_OP = 'DELETE' THEN
    PERFORM records_refuse('what was decided on an appraisal stays');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_guard BEFORE INSERT OR UPDATE OR DELETE ON records_ballot
  FOR EACH ROW EXECUTE FUNCTION records_guard_ballot();
"""

NO_GUARDS = """
DROP TRIGGER records_guard_destruction ON records_workfile;
DROP TRIGGER records_guard ON records_appraisal;
DROP TRIGGER records_stay ON records_appraisal;
DROP TRIGGER records_guard ON records_appraisedfile;
DROP TRIGGER records_guard ON records_councilmember;
DROP TRIGGER records_guard ON records_ballot;
DROP FUNCTION records_guard_destruction, records_guard_appraisal, records_guard_appraised, records_guard_council;
DROP FUNCTION records_guard_ballot;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0004_appraisals")]

    operations = [migrations.RunSQL(GUARDS, NO_GUARDS)]
