"""To whom a notice could not be mailed, and when that was tried."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0008_held_outcome'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='missed',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='notice',
            name='tried_at',
            field=models.DateTimeField(null=True),
        ),
    ]
