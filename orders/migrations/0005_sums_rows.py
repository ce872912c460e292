"""Row security of the sums."""

from django.db import migrations

from vault.rows import force_row_security


class Migration(migrations.Migration):
    """The sums show the rows of one seller."""

    dependencies = [("orders", "0004_removal_and_sums"), ("vault", "0002_row_security")]

    operations = [force_row_security(table="orders_dailysales")]
