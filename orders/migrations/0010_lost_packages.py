"""When a package was lost, beside when it arrived."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0009_counted_buyers'),
    ]

    operations = [
        migrations.AddField(
            model_name='shipment',
            name='undeliverable_at',
            field=models.DateTimeField(null=True),
        ),
    ]
