"""The index of the orders that are due, by the time they must leave."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Due orders."""

    dependencies = [
        ("orders", "0002_row_security"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(
                    ("fulfilled_by", "MERCHANT"),
                    ("status__in", ["UNSHIPPED", "PARTIALLY_SHIPPED"]),
                ),
                fields=["seller", "ship_by", "id"],
                include=("unit_count",),
                name="orders_order_due",
            ),
        ),
    ]
