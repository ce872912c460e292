"""Row security."""

from django.db import migrations

from vault.rows import force_row_security


class Migration(migrations.Migration):
    """Each table shows the rows of one seller."""

    dependencies = [("marketplaces", "0001_initial"), ("vault", "0002_row_security")]

    operations = [
        force_row_security(table="marketplaces_importrun"),
    ]
