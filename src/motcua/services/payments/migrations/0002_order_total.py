"""An order is the sum of its lines: checked when the transaction ends, whoever wrote them."""

from django.db import migrations

CREATE = """
CREATE FUNCTION payments_check_order_total() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked uuid;
    total bigint;
BEGIN
    IF TG_TABLE_NAME = 'payments_order' THEN
        checked := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        checked := OLD.order_id;
    ELSE
        checked := NEW.order_id;
    END IF;
    SELECT coalesce(sum(amount), 0) INTO total FROM payments_orderline WHERE order_id = checked;
    IF EXISTS (SELECT FROM payments_order WHERE id = checked AND amount <> total) THEN
        RAISE EXCEPTION 'order % is not the sum of its lines', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_total';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_order_total AFTER INSERT OR UPDATE OF amount ON payments_order
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_check_order_total();
CREATE CONSTRAINT TRIGGER payments_order_line_total AFTER INSERT OR UPDATE OR DELETE ON payments_orderline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_check_order_total();
"""
DROP = """
DROP TRIGGER payments_order_line_total ON payments_orderline;
DROP TRIGGER payments_order_total ON payments_order;
DROP FUNCTION payments_check_order_total();
"""


class Migration(migrations.Migration):

    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
