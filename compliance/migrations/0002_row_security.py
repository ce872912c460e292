"""Row security."""

from django.db import migrations

from vault.rows import force_row_security, grant_table


class Migration(migrations.Migration):
    """Each table shows the rows of one seller."""

    dependencies = [("compliance", "0001_initial"), ("vault", "0002_row_security")]

    operations = [
        force_row_security(table="compliance_purgerecord"),
        grant_table(table="compliance_sweeprun", rights="SELECT, INSERT, UPDATE"),
    ]
