"""The tables."""

import django.db.models.deletion
import vault.rows
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('sellers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SweepRun',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('days_destroyed', models.PositiveIntegerField(default=0)),
                ('purged', models.PositiveIntegerField(default=0)),
                ('overdue', models.PositiveIntegerField(default=0)),
                ('waiting', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['-started_at'], name='compliance_sweep_last')],
            },
        ),
        migrations.CreateModel(
            name='PurgeRecord',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('day', models.DateField()),
                ('part', models.PositiveIntegerField(default=1)),
                ('orders', models.PositiveIntegerField()),
                ('fields', models.PositiveIntegerField()),
                ('root', models.CharField(max_length=64)),
                ('key_fingerprint', models.CharField(max_length=16)),
                ('key_destroyed_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seller', 'day', 'part'), name='compliance_record_day'), models.UniqueConstraint(fields=('seller', 'number'), name='compliance_record_number'), models.UniqueConstraint(fields=('seller', 'id'), name='compliance_record_seller_id')],
            },
        ),
    ]
