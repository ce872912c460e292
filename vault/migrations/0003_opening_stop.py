"""Stops of opening; kinds and actors as free words."""

import vault.rows
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('vault', '0002_row_security'),
    ]

    operations = [
        migrations.AlterField(
            model_name='ledgerentry',
            name='actor_kind',
            field=models.CharField(max_length=10),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='kind',
            field=models.CharField(max_length=60),
        ),
        migrations.CreateModel(
            name='OpeningStop',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, primary_key=True, serialize=False)),
                ('seller_id', models.UUIDField()),
                ('stopped_at', models.DateTimeField()),
                ('stopped_by', models.UUIDField()),
                ('reason', models.CharField(max_length=500)),
                ('ticket', models.CharField(blank=True, max_length=40)),
                ('resumed_at', models.DateTimeField(null=True)),
                ('resumed_by', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seller_id', 'id'), name='vault_stop_seller_id'), models.UniqueConstraint(condition=models.Q(('resumed_at__isnull', True)), fields=('seller_id',), name='vault_one_open_stop')],
            },
        ),
    ]
