"""What a job records, and the last key of the buyers of cancelled orders."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0011_moving_on'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidencerun',
            name='last_key_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='evidencerun',
            name='said',
            field=models.CharField(choices=[('unshipped', 'not shipped yet'), ('cancelled', 'cancelled')], default='unshipped', max_length=10),
        ),
    ]
