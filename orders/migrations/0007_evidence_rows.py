"""Row security of the jobs that record evidence."""

from django.db import migrations

from vault.rows import force_row_security


class Migration(migrations.Migration):
    """The jobs show the rows of one seller."""

    dependencies = [("orders", "0006_evidence_runs"), ("vault", "0002_row_security")]

    operations = [force_row_security(table="orders_evidencerun")]
