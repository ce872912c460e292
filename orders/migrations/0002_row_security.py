"""Row security."""

from django.db import migrations

from vault.rows import force_row_security


class Migration(migrations.Migration):
    """Each table shows the rows of one seller."""

    dependencies = [("orders", "0001_initial"), ("vault", "0002_row_security")]

    operations = [
        force_row_security(table="orders_order"),
        force_row_security(table="orders_orderline"),
        force_row_security(table="orders_recipient"),
        force_row_security(table="orders_shipment"),
    ]
