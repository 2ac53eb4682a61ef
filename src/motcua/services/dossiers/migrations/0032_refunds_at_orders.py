"""What was given back before orders knew of it stands at them, so that the next receipt says the right sum."""

from django.db import migrations

_TOLD = """
UPDATE payments_order paid SET refunded = given.back
FROM (SELECT order_id, sum(refunded) AS back FROM dossiers_feeline
      WHERE refunded > 0 AND order_id IS NOT NULL GROUP BY order_id) given
WHERE paid.id = given.order_id AND paid.state = 'paid'
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0031_draft_proposals"), ("payments", "0008_refunds")]

    operations = [migrations.RunSQL(_TOLD, migrations.RunSQL.noop, elidable=True)]
