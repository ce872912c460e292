"""The tables."""

import django.db.models.deletion
import vault.fields
import vault.rows
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('sellers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(max_length=20)),
                ('marketplace_order_id', models.CharField(db_collation='C', max_length=40)),
                ('purchased_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('PENDING_AVAILABILITY', 'Pending availability'), ('PENDING', 'Pending'), ('UNSHIPPED', 'Unshipped'), ('PARTIALLY_SHIPPED', 'Partially shipped'), ('SHIPPED', 'Shipped'), ('CANCELLED', 'Cancelled'), ('UNFULFILLABLE', 'Unfulfillable')], max_length=24)),
                ('delivery', models.CharField(choices=[('PENDING', 'Not handed over'), ('SHIPPED', 'Shipped'), ('IN_TRANSIT', 'In transit'), ('DELIVERED', 'Delivered'), ('UNDELIVERABLE', 'Undeliverable'), ('CANCELLED', 'Cancelled')], default='PENDING', max_length=16)),
                ('fulfilled_by', models.CharField(choices=[('MERCHANT', 'You ship'), ('AMAZON', 'Amazon ships')], max_length=10)),
                ('sales_channel', models.CharField(blank=True, max_length=100)),
                ('service_level', models.CharField(blank=True, max_length=100)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('items_total', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('shipping_total', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('tax_total', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('discount_total', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('line_count', models.PositiveIntegerField(default=0)),
                ('unit_count', models.PositiveBigIntegerField(default=0)),
                ('first_sku', models.CharField(blank=True, max_length=80)),
                ('first_title', models.CharField(blank=True, max_length=500)),
                ('ship_country', models.CharField(blank=True, max_length=100)),
                ('ship_state', models.CharField(blank=True, max_length=100)),
                ('ship_by', models.DateTimeField(null=True)),
                ('unshipped_seen_at', models.DateTimeField(null=True)),
                ('shipped_at', models.DateTimeField(null=True)),
                ('in_transit_seen_at', models.DateTimeField(null=True)),
                ('delivered_seen_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('undeliverable_at', models.DateTimeField(null=True)),
                ('buyer_state', models.CharField(choices=[('sealed', 'sealed'), ('amazon-fulfils', 'Amazon fulfils'), ('day-passed', 'day had passed'), ('cancelled', 'cancelled before the buyer arrived'), ('withheld', 'no buyer in the source')], max_length=16)),
                ('clock_basis', models.CharField(choices=[('purchased', 'purchased'), ('unshipped_seen', 'unshipped_seen'), ('shipped', 'shipped'), ('in_transit_seen', 'in_transit_seen'), ('delivered', 'delivered'), ('cancelled', 'cancelled'), ('undeliverable', 'undeliverable')], max_length=20)),
                ('clock_at', models.DateTimeField()),
                ('purge_on', models.DateField()),
                ('limit_on', models.DateField()),
                ('last_key_on', models.DateField(null=True)),
                ('received_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('line_key', models.CharField(max_length=100)),
                ('item_id', models.CharField(blank=True, max_length=40)),
                ('sku', models.CharField(max_length=80)),
                ('asin', models.CharField(blank=True, max_length=20)),
                ('title', models.CharField(blank=True, max_length=500)),
                ('quantity', models.PositiveIntegerField()),
                ('quantity_shipped', models.PositiveIntegerField(null=True)),
                ('item_price', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('item_tax', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('shipping_price', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('shipping_tax', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('promotion_discount', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('order', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order')),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('purge_on', models.DateField()),
                ('limit_on', models.DateField()),
                ('sealed_at', models.DateTimeField()),
                ('buyer_name', vault.fields.SealedCharField(max_length=500, null=True)),
                ('buyer_email', vault.fields.SealedEmailField(max_length=500, null=True)),
                ('buyer_phone', vault.fields.SealedCharField(max_length=500, null=True)),
                ('buyer_company', vault.fields.SealedCharField(max_length=500, null=True)),
                ('purchase_order_number', vault.fields.SealedCharField(max_length=500, null=True)),
                ('tax_id', vault.fields.SealedCharField(max_length=500, null=True)),
                ('name', vault.fields.SealedCharField(max_length=500, null=True)),
                ('company', vault.fields.SealedCharField(max_length=500, null=True)),
                ('address_line_1', vault.fields.SealedCharField(max_length=500, null=True)),
                ('address_line_2', vault.fields.SealedCharField(max_length=500, null=True)),
                ('address_line_3', vault.fields.SealedCharField(max_length=500, null=True)),
                ('city', vault.fields.SealedCharField(max_length=500, null=True)),
                ('postal_code', vault.fields.SealedCharField(max_length=500, null=True)),
                ('phone', vault.fields.SealedCharField(max_length=500, null=True)),
                ('delivery_instructions', vault.fields.SealedTextField(max_length=2000, null=True)),
                ('gift_message', vault.fields.SealedTextField(max_length=2000, null=True)),
                ('customization_url', vault.fields.SealedTextField(max_length=2000, null=True)),
                ('bill_name', vault.fields.SealedCharField(max_length=500, null=True)),
                ('bill_address_line_1', vault.fields.SealedCharField(max_length=500, null=True)),
                ('bill_address_line_2', vault.fields.SealedCharField(max_length=500, null=True)),
                ('bill_address_line_3', vault.fields.SealedCharField(max_length=500, null=True)),
                ('bill_city', vault.fields.SealedCharField(max_length=500, null=True)),
                ('bill_postal_code', vault.fields.SealedCharField(max_length=500, null=True)),
                ('order', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='orders.order')),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=40)),
                ('carrier', models.CharField(blank=True, max_length=60)),
                ('service', models.CharField(blank=True, max_length=60)),
                ('tracking_number', models.CharField(blank=True, max_length=60)),
                ('status', models.CharField(choices=[('PENDING', 'Not handed over'), ('SHIPPED', 'Shipped'), ('IN_TRANSIT', 'In transit'), ('DELIVERED', 'Delivered'), ('UNDELIVERABLE', 'Undeliverable'), ('CANCELLED', 'Cancelled')], max_length=16)),
                ('shipped_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('order', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='shipments', to='orders.order')),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['seller', '-purchased_at', '-id'], name='orders_order_newest'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status__in', ['UNSHIPPED', 'PARTIALLY_SHIPPED'])), fields=['seller', '-purchased_at', '-id'], name='orders_order_unshipped'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('buyer_state', 'sealed')), fields=['seller', 'purge_on', '-purchased_at', '-id'], name='orders_order_leaving'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('seller', 'channel', 'marketplace_order_id'), name='orders_order_number'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='orders_order_seller_id'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(fields=['seller', 'sku'], name='orders_line_sku'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(fields=('seller', 'order', 'line_key'), name='orders_line_once'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='orders_line_seller_id'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=vault.rows.SellerForeignKey(column='order_id', name='orders_line_order', to='orders.Order'),
        ),
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(fields=['seller', 'purge_on'], include=('limit_on', 'sealed_at'), name='orders_recipient_day'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(fields=('seller', 'order'), name='orders_recipient_once'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.CheckConstraint(condition=models.Q(('purge_on__lte', models.F('limit_on'))), name='orders_recipient_limit'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='orders_recipient_seller_id'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=vault.rows.SellerForeignKey(column='order_id', name='orders_recipient_order', to='orders.Order'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.UniqueConstraint(fields=('seller', 'order', 'reference'), name='orders_shipment_once'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='orders_shipment_seller_id'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=vault.rows.SellerForeignKey(column='order_id', name='orders_shipment_order', to='orders.Order'),
        ),
    ]
