"""With personal data goes whose they were: an erased payload names no person any more."""

from django.db import migrations, models

TRIGGER = """
CREATE OR REPLACE FUNCTION events_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.event_id IS DISTINCT FROM OLD.event_id OR NEW.person IS NOT NULL
     OR NEW.data IS NOT NULL OR OLD.erased_at IS NOT NULL THEN
    RAISE EXCEPTION 'a payload can be erased, not changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
"""

# The trigger lets nobody touch what is erased already.
ERASED_BEFORE = """
ALTER TABLE events_eventpayload DISABLE TRIGGER events_erase_only;
UPDATE events_eventpayload SET person = NULL WHERE erased_at IS NOT NULL AND person IS NOT NULL;
ALTER TABLE events_eventpayload ENABLE TRIGGER events_erase_only;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION events_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.event_id IS DISTINCT FROM OLD.event_id OR NEW.person IS DISTINCT FROM OLD.person
     OR NEW.data IS NOT NULL OR OLD.erased_at IS NOT NULL THEN
    RAISE EXCEPTION 'a payload can be erased, not changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.RunSQL(TRIGGER, BEFORE),
        migrations.RunSQL(ERASED_BEFORE, migrations.RunSQL.noop),
        migrations.RemoveConstraint("eventpayload", "events_payload_kept_or_erased"),
        migrations.AddConstraint(
            "eventpayload",
            models.CheckConstraint(
                condition=models.Q(("data__isnull", False), ("erased_at__isnull", True), ("salt__isnull", False))
                | models.Q(
                    ("data__isnull", True),
                    ("erased_at__isnull", False),
                    ("person__isnull", True),
                    ("salt__isnull", True),
                ),
                name="events_payload_kept_or_erased",
            ),
        ),
    ]
