"""What a file holds, and what an appraisal has decided, is not emptied by TRUNCATE either: triggers of rows do not see that."""

from django.db import migrations

TABLES = ("entry", "pinnedfile", "appraisedfile", "councilmember", "ballot")
GUARDS = "".join(
    f"CREATE TRIGGER records_stay BEFORE TRUNCATE ON records_{name} FOR EACH STATEMENT EXECUTE FUNCTION records_never();"
    for name in TABLES
)
NO_GUARDS = "".join(f"DROP TRIGGER records_stay ON records_{name};" for name in TABLES)


class Migration(migrations.Migration):
    dependencies = [("records", "0006_formats_of_packages")]

    operations = [migrations.RunSQL(GUARDS, NO_GUARDS)]
