"""Row security of measured exposure; grants of the heartbeats."""

from django.db import migrations

from vault.rows import force_row_security, grant_table


class Migration(migrations.Migration):
    """Each shop sees its own measure; a heartbeat belongs to nobody."""

    dependencies = [("compliance", "0003_heartbeat_and_measure")]

    operations = [
        grant_table(table="compliance_heartbeat", rights="SELECT, INSERT, UPDATE"),
        force_row_security(table="compliance_exposuremeasure"),
    ]
