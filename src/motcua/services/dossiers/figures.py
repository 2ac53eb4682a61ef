"""Figures of offices: folded deltas plus those not folded yet, so that a reader never sees an old number."""

from django.db import connection, transaction

AT_ONCE = 50_000
_FOLD = """
    WITH taken AS (
        DELETE FROM dossiers_delta WHERE id = ANY (ARRAY(
            SELECT id FROM dossiers_delta ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))
        RETURNING office_id, procedure_id, day, measure, amount),
    summed AS (
        SELECT office_id, procedure_id, day, measure, sum(amount)::int AS amount FROM taken GROUP BY 1, 2, 3, 4),
    added AS (
        INSERT INTO dossiers_figure AS f (office_id, procedure_id, day, measure, amount) SELECT * FROM summed
        ON CONFLICT (office_id, day, measure, procedure_id) DO UPDATE SET amount = f.amount + excluded.amount)
    SELECT count(*) FROM taken
"""


@transaction.atomic
def fold() -> int:
    """Fold up to 50,000 deltas; how many it was."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, [AT_ONCE])
        (folded,) = cursor.fetchone()
    return int(folded)
