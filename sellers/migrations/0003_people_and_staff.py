"""Ends of memberships, former passwords, staff, first steps."""

import django.db.models.deletion
import vault.rows
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0002_row_security'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='invited_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='withdrawn_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='ends_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='person',
            name='password_changed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='seller',
            name='closed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='seller',
            name='demo',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='FormerPassword',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('password', models.CharField(max_length=128)),
                ('set_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_passwords', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='StaffMember',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('support', 'Support'), ('security', 'Security')], max_length=20)),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='staff_member', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='StartStep',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seller', 'name'), name='sellers_start_step_once'), models.UniqueConstraint(fields=('seller', 'id'), name='sellers_start_step_seller_id')],
            },
        ),
    ]
