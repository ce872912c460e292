"""Owners are told that the certificate of holds ends."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0010_clear_old_runs'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('past-limit', 'past the limit'), ('silent-sweep', 'silent sweep'), ('failed-ratchet', "the day's root could not be turned"), ('clock', 'clock not trusted'), ('hold-ending', 'hold ends in 3 days'), ('rule-review', 'standing rule to review'), ('certificate-ending', 'certificate of holds ends in 30 days'), ('machine-off', 'machine was off for longer than the margin'), ('stuck-row', 'a row could not be purged in three tries'), ('test-buyer', 'the test buyer was opened')], max_length=20),
        ),
    ]
