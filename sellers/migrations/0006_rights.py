"""Rights to remove buyers, hold, set retention and close the shop."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0005_invitation_end'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='seller',
            options={'default_permissions': (), 'permissions': [('view_orders', 'view_orders'), ('ship_orders', 'ship_orders'), ('import_orders', 'import_orders'), ('view_stock', 'view_stock'), ('change_stock', 'change_stock'), ('view_exposure', 'view_exposure'), ('remove_buyers', 'remove_buyers'), ('manage_holds', 'manage_holds'), ('set_retention', 'set_retention'), ('close_shop', 'close_shop'), ('manage_members', 'manage_members'), ('open_buyer_data', 'open_buyer_data')]},
        ),
    ]
