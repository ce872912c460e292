"""Early removal, the test buyer, and sums that outlive orders."""

import django.db.models.deletion
import vault.rows
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0003_due_orders'),
        ('sellers', '0006_rights'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailySales',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('channel', models.CharField(max_length=20)),
                ('fulfilled_by', models.CharField(max_length=10)),
                ('status', models.CharField(max_length=24)),
                ('ship_country', models.CharField(blank=True, max_length=100)),
                ('ship_state', models.CharField(blank=True, max_length=100)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('orders', models.PositiveIntegerField()),
                ('lines', models.PositiveIntegerField()),
                ('units', models.PositiveBigIntegerField()),
                ('items_total', models.DecimalField(decimal_places=3, max_digits=24)),
                ('shipping_total', models.DecimalField(decimal_places=3, max_digits=24)),
                ('tax_total', models.DecimalField(decimal_places=3, max_digits=24)),
                ('discount_total', models.DecimalField(decimal_places=3, max_digits=24)),
            ],
        ),
        migrations.AddField(
            model_name='order',
            name='removed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='removed_why',
            field=models.CharField(blank=True, default='', max_length=16),
        ),
        migrations.AddField(
            model_name='order',
            name='test_buyer',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='recipient',
            name='invented',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(condition=models.Q(('test_buyer', True)), fields=('seller',), name='orders_one_test_buyer'),
        ),
        migrations.AddField(
            model_name='dailysales',
            name='seller',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller'),
        ),
        migrations.AddConstraint(
            model_name='dailysales',
            constraint=models.UniqueConstraint(fields=('seller', 'day', 'channel', 'fulfilled_by', 'status', 'ship_country', 'ship_state', 'currency'), name='orders_sales_place'),
        ),
        migrations.AddConstraint(
            model_name='dailysales',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='orders_sales_seller_id'),
        ),
    ]
