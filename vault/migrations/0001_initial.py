"""The tables."""

import vault.rows
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='KeystoreMark',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('identity', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='vault_one_keystore_mark')],
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, primary_key=True, serialize=False)),
                ('seller_id', models.UUIDField()),
                ('kind', models.CharField(choices=[('pii:sealed:import', 'pii:sealed:import'), ('pii:opened:deliver', 'pii:opened:deliver'), ('pii:opened:pack', 'pii:opened:pack'), ('pii:opened:answer-buyer', 'pii:opened:answer-buyer'), ('pii:opened:tax', 'pii:opened:tax'), ('pii:opened:requested-by-marketplace', 'pii:opened:requested-by-marketplace'), ('pii:refused:past-its-day', 'pii:refused:past-its-day'), ('pii:refused:key-destroyed', 'pii:refused:key-destroyed'), ('pii:refused:key-lost', 'pii:refused:key-lost'), ('pii:refused:tampered', 'pii:refused:tampered'), ('pii:refused:too-many', 'pii:refused:too-many'), ('pii:resealed:later', 'pii:resealed:later'), ('pii:resealed:earlier', 'pii:resealed:earlier'), ('pii:purged:day', 'pii:purged:day'), ('order:imported:new', 'order:imported:new'), ('order:imported:changed', 'order:imported:changed'), ('pii:removed:early', 'pii:removed:early'), ('order:shipped:recorded', 'order:shipped:recorded'), ('order:delivered:recorded', 'order:delivered:recorded'), ('file:imported:orders', 'file:imported:orders'), ('seller:created:shop', 'seller:created:shop'), ('member:invited:email', 'member:invited:email'), ('member:joined:shop', 'member:joined:shop')], max_length=60)),
                ('at', models.DateTimeField()),
                ('actor_kind', models.CharField(choices=[('person', 'person'), ('system', 'system')], max_length=10)),
                ('actor_id', models.UUIDField(null=True)),
                ('subject_id', models.UUIDField(null=True)),
                ('facts', models.JSONField(default=dict)),
                ('seq', models.BigIntegerField(null=True)),
                ('previous_hash', models.CharField(blank=True, default='', max_length=64)),
                ('entry_hash', models.CharField(blank=True, default='', max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['seller_id', 'subject_id', 'at'], name='vault_ledger_subject'), models.Index(fields=['seller_id', 'kind', 'at'], name='vault_ledger_kind'), models.Index(condition=models.Q(('seq__isnull', True)), fields=['seller_id', 'id'], name='vault_ledger_waiting')],
                'constraints': [models.UniqueConstraint(fields=('seller_id', 'seq'), name='vault_ledger_seq'), models.UniqueConstraint(fields=('seller_id', 'id'), name='vault_ledger_seller_id')],
            },
        ),
        migrations.CreateModel(
            name='LostKey',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, primary_key=True, serialize=False)),
                ('day', models.DateField(null=True)),
                ('lost_seller_id', models.UUIDField(null=True)),
                ('found_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', True), ('lost_seller_id__isnull', False)), models.Q(('day__isnull', False), ('lost_seller_id__isnull', True)), _connector='OR'), name='vault_lost_day_or_seller')],
            },
        ),
        migrations.CreateModel(
            name='PurgeDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('open', 'open'), ('closing', 'closing'), ('destroyed', 'destroyed')], default='open', max_length=10)),
                ('probe', models.BinaryField()),
                ('fingerprint', models.CharField(max_length=16)),
                ('closing_at', models.DateTimeField(null=True)),
                ('destroyed_at', models.DateTimeField(null=True)),
                ('probe_dead_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', False), ('state', 'destroyed')), models.Q(models.Q(('state', 'destroyed'), _negated=True), ('destroyed_at__isnull', True)), _connector='OR'), name='vault_destroyed_has_instant')],
            },
        ),
    ]
