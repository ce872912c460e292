"""What a file brings, and how its days and times are read."""
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplaces', '0004_uploads_security'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrun',
            name='day_order',
            field=models.CharField(blank=True, choices=[('', 'only what reads one way'), ('day-first', 'day first'), ('month-first', 'month first')], default='', max_length=12),
        ),
        migrations.AddField(
            model_name='importrun',
            name='did',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='importrun',
            name='time_zone',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
        migrations.AddField(
            model_name='importrun',
            name='what',
            field=models.CharField(choices=[('orders', 'orders'), ('carrier-events', 'carrier events')], default='orders', max_length=20),
        ),
    ]
