"""A rule's items are paged by their ids."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0011_certificate_notice'),
        ('sellers', '0008_certificates_rows'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='archiveitem',
            index=models.Index(condition=models.Q(('rule__isnull', False)), fields=['seller', 'rule', 'id'], name='compliance_item_rule_page'),
        ),
    ]
