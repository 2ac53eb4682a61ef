"""With personal data goes whose they were: an erased payload names no person any more."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

_TRIGGER = """
CREATE OR REPLACE FUNCTION events_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.event_id IS DISTINCT FROM OLD.event_id OR {person}
     OR NEW.data IS NOT NULL OR {erased} THEN
    RAISE EXCEPTION 'a payload can be erased, not changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
"""
_ERASED = "OLD.erased_at IS NOT NULL"
BEFORE = _TRIGGER.format(person="NEW.person IS DISTINCT FROM OLD.person", erased=_ERASED)
# What is erased already may lose its person, so that nobody has to wait while the table is searched.
MEANWHILE = _TRIGGER.format(person="NEW.person IS NOT NULL", erased=f"({_ERASED} AND OLD.person IS NULL)")
AFTER = _TRIGGER.format(person="NEW.person IS NOT NULL", erased=_ERASED)
ERASED_BEFORE = "UPDATE events_eventpayload SET person = NULL WHERE erased_at IS NOT NULL AND person IS NOT NULL"
_KEPT_OR_ERASED = models.CheckConstraint(
    condition=models.Q(("data__isnull", False), ("erased_at__isnull", True), ("salt__isnull", False))
    | models.Q(
        ("data__isnull", True),
        ("erased_at__isnull", False),
        ("person__isnull", True),
        ("salt__isnull", True),
    ),
    name="events_payload_kept_or_erased",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.RunSQL(MEANWHILE, BEFORE),
        migrations.RunSQL(ERASED_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(AFTER, migrations.RunSQL.noop),
        migrations.RemoveConstraint("eventpayload", "events_payload_kept_or_erased"),
        AddConstraintNotValid("eventpayload", _KEPT_OR_ERASED),
        ValidateConstraint("eventpayload", "events_payload_kept_or_erased"),
    ]
