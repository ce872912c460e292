"""Sweeps whose clock was doubted, and shops at which a sweep failed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0006_retention_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='sweeprun',
            name='doubted',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='sweeprun',
            name='failed',
            field=models.PositiveIntegerField(default=0),
        ),        # Until now, a sweep that waited and destroyed nothing doubted its clock.
        migrations.RunSQL(
            "UPDATE compliance_sweeprun SET doubted = true "
            "WHERE waiting <> '' AND days_destroyed = 0",
            migrations.RunSQL.noop,
        ),
    ]
