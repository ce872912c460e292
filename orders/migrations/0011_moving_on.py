"""The day that the clock counts to, and an index of what is owed a later one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0010_lost_packages'),
        ('sellers', '0006_rights'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='counted_on',
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('buyer_state', 'sealed'), ('removed_at__isnull', True), models.Q(('counted_on__isnull', True), ('counted_on__gt', models.F('purge_on')), _connector='OR')), fields=['seller', 'purge_on', 'id'], name='orders_order_moving_on'),
        ),
    ]
