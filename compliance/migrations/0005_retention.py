"""Policies of a shop, holds, notices, stuck rows, times the machine was off."""

import django.db.models.deletion
import vault.rows
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0004_heartbeat_and_measure_rows'),
        ('sellers', '0006_rights'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='sweeprun',
            name='word',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('law', 'law'), ('court', 'court or authority'), ('claim', 'claim or case')], max_length=10)),
                ('ground', models.CharField(max_length=300)),
                ('fields', models.JSONField(default=list)),
                ('orders', models.PositiveIntegerField()),
                ('ends_on', models.DateField()),
                ('placed_at', models.DateTimeField()),
                ('alone', models.BooleanField(default=False)),
                ('approved_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('wanted_until', models.DateField(null=True)),
                ('wanted_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('why_ended', models.CharField(blank=True, default='', max_length=20)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('placed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('wanted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='HeldOrder',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('subject_id', models.UUIDField()),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('hold', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='held', to='compliance.hold')),
            ],
        ),
        migrations.CreateModel(
            name='HoldCertificate',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('pem', models.TextField(max_length=20000)),
                ('sha256', models.CharField(max_length=64)),
                ('ends_at', models.DateTimeField()),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
        ),
        migrations.CreateModel(
            name='MachineGap',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['-ended_at'], name='compliance_gap_last')],
                'constraints': [models.UniqueConstraint(fields=('began_at',), name='compliance_gap_began')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('past-limit', 'past the limit'), ('silent-sweep', 'silent sweep'), ('failed-ratchet', "the day's root could not be turned"), ('clock', 'clock not trusted'), ('hold-ending', 'hold ends in 3 days'), ('rule-review', 'standing rule to review'), ('machine-off', 'machine was off for longer than the margin'), ('stuck-row', 'a row could not be purged in three tries'), ('test-buyer', 'the test buyer was opened')], max_length=20)),
                ('about', models.CharField(blank=True, default='', max_length=60)),
                ('facts', models.JSONField(default=dict)),
                ('opened_at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
        ),
        migrations.CreateModel(
            name='PolicyChange',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField()),
                ('days', models.PositiveIntegerField()),
                ('margin_days', models.PositiveIntegerField()),
                ('months', models.PositiveIntegerField(null=True)),
                ('confirmed', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField()),
                ('cursor', models.UUIDField(null=True)),
                ('judged', models.PositiveIntegerField(default=0)),
                ('moved', models.PositiveIntegerField(default=0)),
                ('removed', models.PositiveIntegerField(default=0)),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
        ),
        migrations.CreateModel(
            name='StandingRule',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('country', models.CharField(max_length=2)),
                ('kind', models.CharField(choices=[('any', 'every order'), ('business', "orders with a buyer's tax id")], default='any', max_length=10)),
                ('law', models.CharField(max_length=300)),
                ('fields', models.JSONField(default=list)),
                ('years', models.PositiveIntegerField()),
                ('placed_at', models.DateTimeField()),
                ('alone', models.BooleanField(default=False)),
                ('approved_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('review_on', models.DateField(null=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('placed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
        ),
        migrations.CreateModel(
            name='ArchiveItem',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('subject_id', models.UUIDField()),
                ('fields', models.JSONField(default=list)),
                ('cms', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
                ('ends_on', models.DateField()),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('hold', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='compliance.hold')),
                ('certificate', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='compliance.holdcertificate')),
                ('rule', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='compliance.standingrule')),
            ],
        ),
        migrations.CreateModel(
            name='StuckRow',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('subject_id', models.UUIDField()),
                ('step', models.CharField(max_length=40)),
                ('error', models.CharField(max_length=80)),
                ('tries', models.PositiveIntegerField(default=1)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('solved_at', models.DateTimeField(null=True)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(condition=models.Q(('ended_at__isnull', True), ('withdrawn_at__isnull', True)), fields=['seller', 'ends_on'], name='compliance_hold_live'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(fields=('seller', 'number'), name='compliance_hold_number'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='compliance_hold_seller_id'),
        ),
        migrations.AddIndex(
            model_name='heldorder',
            index=models.Index(fields=['seller', 'subject_id'], name='compliance_held_subject'),
        ),
        migrations.AddConstraint(
            model_name='heldorder',
            constraint=models.UniqueConstraint(fields=('seller', 'hold', 'subject_id'), name='compliance_held_once'),
        ),
        migrations.AddConstraint(
            model_name='heldorder',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='compliance_held_seller_id'),
        ),
        migrations.AddConstraint(
            model_name='heldorder',
            constraint=vault.rows.SellerForeignKey(column='hold_id', name='compliance_held_hold', to='compliance.Hold'),
        ),
        migrations.AddConstraint(
            model_name='holdcertificate',
            constraint=models.UniqueConstraint(fields=('seller', 'sha256'), name='compliance_certificate_once'),
        ),
        migrations.AddConstraint(
            model_name='holdcertificate',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='compliance_certificate_seller_id'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('seller', 'kind', 'about'), name='compliance_notice_open'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='compliance_notice_seller_id'),
        ),
        migrations.AddConstraint(
            model_name='policychange',
            constraint=models.UniqueConstraint(fields=('seller', 'channel', 'version'), name='compliance_policy_version'),
        ),
        migrations.AddConstraint(
            model_name='policychange',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='compliance_policy_seller_id'),
        ),
        migrations.AddConstraint(
            model_name='policychange',
            constraint=models.CheckConstraint(condition=models.Q(('margin_days__lt', models.F('days'))), name='compliance_policy_margin'),
        ),
        migrations.AddConstraint(
            model_name='standingrule',
            constraint=models.UniqueConstraint(fields=('seller', 'number'), name='compliance_rule_number'),
        ),
        migrations.AddConstraint(
            model_name='standingrule',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='compliance_rule_seller_id'),
        ),
        migrations.AddIndex(
            model_name='archiveitem',
            index=models.Index(fields=['seller', 'ends_on'], name='compliance_item_end'),
        ),
        migrations.AddIndex(
            model_name='archiveitem',
            index=models.Index(fields=['seller', 'subject_id'], name='compliance_item_subject'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=models.UniqueConstraint(fields=('seller', 'hold', 'subject_id'), name='compliance_item_hold'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=models.UniqueConstraint(fields=('seller', 'rule', 'subject_id'), name='compliance_item_rule'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='compliance_item_seller_id'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=vault.rows.SellerForeignKey(column='hold_id', name='compliance_item_hold_key', to='compliance.Hold'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=vault.rows.SellerForeignKey(column='rule_id', name='compliance_item_rule_key', to='compliance.StandingRule'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=vault.rows.SellerForeignKey(column='certificate_id', name='compliance_item_certificate', to='compliance.HoldCertificate'),
        ),
        migrations.AddConstraint(
            model_name='stuckrow',
            constraint=models.UniqueConstraint(condition=models.Q(('solved_at__isnull', True)), fields=('seller', 'step', 'subject_id'), name='compliance_stuck_once'),
        ),
        migrations.AddConstraint(
            model_name='stuckrow',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='compliance_stuck_seller_id'),
        ),
    ]
