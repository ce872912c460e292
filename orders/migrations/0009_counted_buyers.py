"""The index that answers exposure knows which buyers are invented."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0008_outlived_orders'),
        ('sellers', '0006_rights'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='recipient',
            name='orders_recipient_day',
        ),
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(fields=['seller', 'purge_on'], include=('limit_on', 'sealed_at', 'invented'), name='orders_recipient_day'),
        ),
    ]
