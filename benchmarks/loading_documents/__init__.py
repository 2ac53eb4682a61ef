"""Fill a database with the documents of a province by COPY: rows as the actions write them, constraints checked."""
