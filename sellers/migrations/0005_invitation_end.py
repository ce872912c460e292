"""The end of a membership travels with its invitation."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0004_people_and_staff_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='ends_on',
            field=models.DateField(null=True),
        ),
    ]
