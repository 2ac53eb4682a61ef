from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LEVELS = [
    ("initials", "Initials on a draft"),
    ("decision", "Signature of the competent person"),
    ("seal", "Seal of the agency"),
    ("copy", "Electronic copy"),
    ("applicant", "Application of a citizen or company"),
]


def forget(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Delete what was decided for filings: nothing was ever signed as one, so it held for nothing."""
    apps.get_model("signing", "SigningPolicy").objects.filter(level="filing").delete()


class Migration(migrations.Migration):
    dependencies = [("signing", "0019_earlier_files")]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveConstraint("signingpolicy", "signing_policy_level_known"),
        migrations.AlterField("signingpolicy", "level", models.CharField(choices=LEVELS, max_length=10)),
        migrations.AlterField(
            "signingtransaction", "level", models.CharField(choices=LEVELS, default="decision", max_length=10)
        ),
        migrations.AddConstraint(
            "signingpolicy",
            models.CheckConstraint(
                condition=models.Q(level__in=[level for level, _text in LEVELS]),
                name="signing_policy_level_known",
                violation_error_message="This level of document is not known.",
            ),
        ),
    ]
