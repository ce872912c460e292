"""Two indexes that answer by themselves what waits to be shipped with its buyer."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0012_cancelled_runs'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='order',
            name='orders_order_no_news',
        ),
        migrations.RemoveIndex(
            model_name='recipient',
            name='orders_recipient_day',
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('buyer_state', 'sealed'), ('status__in', ['PENDING_AVAILABILITY', 'PENDING', 'UNSHIPPED', 'PARTIALLY_SHIPPED']), ('test_buyer', False)), fields=['seller', 'purge_on', 'clock_at'], include=('id', 'fulfilled_by'), name='orders_order_no_news'),
        ),
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(fields=['seller', 'purge_on'], include=('limit_on', 'sealed_at', 'invented', 'order'), name='orders_recipient_day'),
        ),
    ]
