"""The keystore's new root of each day, and what kept it from coming."""

from django.db import migrations, models

from vault.rows import grant_table


class Migration(migrations.Migration):

    dependencies = [
        ('vault', '0004_opening_stop_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='RootTurn',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('epoch', models.BigIntegerField(null=True)),
                ('turned_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('failed_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, default='', max_length=80)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('turned_at__isnull', True), ('epoch__isnull', False), _connector='OR'), name='vault_turned_has_epoch')],
            },
        ),        grant_table(table="vault_rootturn", rights="SELECT, INSERT, UPDATE"),
    ]
