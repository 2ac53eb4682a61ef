"""The tables that an empty database begins with, in ``baseline.sql``: all migrations up to some day at once.

Django renders the models anew for each step of each migration: minutes before a first page, for tables that a second
makes. Migrations that the file does not name run upon it as ever; ``make baseline`` writes it anew, and the upgrade
check holds it against a house that went the long way (docs/decisions/0030).
"""

from pathlib import Path

import psycopg

FILE = Path(__file__).with_name("baseline.sql")
EMPTY = """
    SELECT current_schema() = 'public' AND NOT EXISTS (
        SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)"""


def lay(url: str) -> bool:
    """Make the tables in a database that has none, whole or not at all; False where there are any."""
    with psycopg.connect(url) as connection:
        if connection.execute(EMPTY).fetchone() != (True,):
            return False
        connection.execute(FILE.read_bytes())
    return True
