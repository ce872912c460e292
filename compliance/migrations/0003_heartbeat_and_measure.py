"""Heartbeats of processes, and the measured exposure of each shop."""

import django.db.models.deletion
import vault.rows
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0002_row_security'),
        ('sellers', '0003_people_and_staff'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('process', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ExposureMeasure',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('measured_at', models.DateTimeField()),
                ('figures', models.JSONField(default=dict)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seller',), name='compliance_measure_once'), models.UniqueConstraint(fields=('seller', 'id'), name='compliance_measure_seller_id')],
            },
        ),
    ]
