"""Import runs of the browser, and the sealed pieces of their files."""


import django.db.models.deletion
import vault.rows
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplaces', '0002_row_security'),
        ('sellers', '0004_people_and_staff_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UploadPiece',
            fields=[
                ('id', models.UUIDField(default=vault.rows.new_id, editable=False, primary_key=True, serialize=False)),
                ('part', models.CharField(choices=[('upload', 'upload'), ('rejected', 'rejected rows')], max_length=10)),
                ('number', models.PositiveIntegerField()),
                ('last', models.BooleanField()),
                ('sealed', models.BinaryField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='importrun',
            name='marketplaces_import_last',
        ),
        migrations.AddField(
            model_name='importrun',
            name='charset',
            field=models.CharField(blank=True, default='', max_length=20),
        ),
        migrations.AddField(
            model_name='importrun',
            name='checked_print',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddField(
            model_name='importrun',
            name='claim',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='deleted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='errors',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='importrun',
            name='expires_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='file_bytes',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importrun',
            name='file_print',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddField(
            model_name='importrun',
            name='first_rows',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='importrun',
            name='heartbeat_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='plan',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='importrun',
            name='rows_done',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importrun',
            name='run_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='says',
            field=models.CharField(blank=True, default='', max_length=400),
        ),
        migrations.AddField(
            model_name='importrun',
            name='sealed',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importrun',
            name='sealed_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='started_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importrun',
            name='state',
            field=models.CharField(choices=[('checking', 'waits for its check'), ('checked', 'checked'), ('refused', 'refused whole'), ('queued', 'waits to run'), ('running', 'running'), ('finished', 'finished'), ('stopped', 'stopped'), ('ended-early', 'ended early'), ('dropped', 'deleted without an import')], default='finished', max_length=12),
        ),
        migrations.AddField(
            model_name='importrun',
            name='stop_wanted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='why',
            field=models.CharField(blank=True, choices=[('person', 'a person said so'), ('right-taken', 'the right to import was taken away'), ('swapped', 'the file is not the one that was checked'), ('unreadable', 'the sealed file does not open'), ('expired', 'its time was over'), ('refused', 'refused whole'), ('imported', 'imported'), ('no-worker', 'the worker died'), ('failed', 'the portal failed')], default='', max_length=12),
        ),
        migrations.AddIndex(
            model_name='importrun',
            index=models.Index(fields=['seller', '-started_at', '-id'], name='marketplaces_import_newest'),
        ),
        migrations.AddIndex(
            model_name='importrun',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('expires_at__isnull', False)), fields=['seller', 'expires_at'], name='marketplaces_import_alive'),
        ),
        migrations.AddField(
            model_name='uploadpiece',
            name='run',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='marketplaces.importrun'),
        ),
        migrations.AddField(
            model_name='uploadpiece',
            name='seller',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller'),
        ),
        migrations.AddConstraint(
            model_name='uploadpiece',
            constraint=models.UniqueConstraint(fields=('seller', 'run', 'part', 'number'), name='marketplaces_piece_place'),
        ),
        migrations.AddConstraint(
            model_name='uploadpiece',
            constraint=models.UniqueConstraint(fields=('seller', 'id'), name='marketplaces_piece_seller_id'),
        ),
        migrations.AddConstraint(
            model_name='uploadpiece',
            constraint=vault.rows.SellerForeignKey(column='run_id', name='marketplaces_piece_run', to='marketplaces.ImportRun'),
        ),
    ]
