"""The portal may delete runs of the sweep that are old; no other right is new."""

from django.db import migrations


class Migration(migrations.Migration):
    """The right to delete."""

    dependencies = [("compliance", "0009_mailed_notices")]

    operations = [
        migrations.RunSQL(
            "GRANT DELETE ON compliance_sweeprun TO sp_app",
            "REVOKE DELETE ON compliance_sweeprun FROM sp_app",
        )
    ]
