"""Certificates of deletion."""

import django.db.models.deletion
import vault.rows
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0006_rights'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeletionCertificate',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('asked', models.BooleanField(default=False)),
                ('asked_at', models.DateTimeField()),
                ('last_key_on', models.DateField(null=True)),
                ('counts', models.JSONField(default=dict)),
                ('ended_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('text', models.TextField(blank=True, default='')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seller', 'person'), name='sellers_certificate_once'), models.UniqueConstraint(fields=('seller', 'id'), name='sellers_certificate_seller_id')],
            },
        ),
    ]
