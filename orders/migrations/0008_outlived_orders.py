"""An index of orders whose day came forward."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0007_evidence_rows'),
        ('sellers', '0006_rights'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('purge_on__lt', models.F('last_key_on')), ('removed_at__isnull', True)), fields=['seller', 'last_key_on', 'purge_on'], name='orders_order_outlived'),
        ),
    ]
