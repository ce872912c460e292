"""The invented buyer of a shop is found by an index of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0013_waiting_whole'),
        ('sellers', '0008_certificates_rows'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(condition=models.Q(('invented', True)), fields=['seller', 'order'], name='orders_recipient_invented'),
        ),
    ]
