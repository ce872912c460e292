"""What became of each order of a hold."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0007_sweep_doubted'),
    ]

    operations = [
        migrations.AddField(
            model_name='heldorder',
            name='outcome',
            field=models.CharField(blank=True, choices=[('', 'not approved yet'), ('sealed', 'sealed'), ('gone', 'no buyer any more'), ('empty', 'none of the fields'), ('broken', 'lost or altered')], default='', max_length=10),
        ),
    ]
