"""Staff see when the keystore's root was turned, or what kept it."""

from django.db import migrations

from vault.rows import open_to_staff


class Migration(migrations.Migration):
    """Days, numbers and instants; no seller."""

    dependencies = [("vault", "0005_root_turn")]

    operations = [open_to_staff(table="vault_rootturn", tenant=False)]
