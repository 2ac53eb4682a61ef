"""Rules (quy tắc): conditions and decision tables in ZEN, checked when published and strict when run."""
