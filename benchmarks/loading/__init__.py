"""Fill a database with dossiers by COPY: rows as the actions write them, checked by every constraint."""
