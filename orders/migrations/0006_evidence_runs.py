"""Jobs that record evidence, and the indexes that find orders and packages for it."""


import django.db.models.deletion
import vault.rows
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0005_sums_rows'),
        ('sellers', '0006_rights'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidenceRun',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('queued', 'Waits to run'), ('running', 'Running'), ('finished', 'Finished'), ('stopped', 'Stopped')], max_length=12)),
                ('view', models.CharField(blank=True, default='', max_length=20)),
                ('text', models.CharField(blank=True, default='', max_length=80)),
                ('asked_at', models.DateTimeField()),
                ('heartbeat_at', models.DateTimeField()),
                ('stop_wanted_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('claim', models.UUIDField(null=True)),
                ('after_at', models.DateTimeField(null=True)),
                ('after_id', models.UUIDField(null=True)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('recorded', models.PositiveIntegerField(default=0)),
                ('moved', models.PositiveIntegerField(default=0)),
                ('first_day', models.DateField(null=True)),
                ('why_not', models.JSONField(default=dict)),
                ('refused_first', models.JSONField(default=list)),
            ],
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('buyer_state', 'sealed'), ('status__in', ['PENDING_AVAILABILITY', 'PENDING', 'UNSHIPPED', 'PARTIALLY_SHIPPED']), ('test_buyer', False)), fields=['seller', 'purge_on', 'clock_at'], name='orders_order_no_news'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['seller', 'tracking_number'], name='orders_shipment_number'),
        ),
        migrations.AddField(
            model_name='evidencerun',
            name='seller',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller'),
        ),
        migrations.AddField(
            model_name='evidencerun',
            name='started_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='evidencerun',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['seller', 'heartbeat_at'], name='orders_evidence_moving'),
        ),
        migrations.AddConstraint(
            model_name='evidencerun',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='orders_evidence_seller_id'),
        ),
    ]
