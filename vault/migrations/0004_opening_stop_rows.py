"""Row security of stops: the portal may stop opening, never resume it."""

from django.db import migrations

from vault.rows import force_row_security


class Migration(migrations.Migration):
    """The portal's role may not lift a stop."""

    dependencies = [("vault", "0003_opening_stop")]

    operations = [
        force_row_security(table="vault_openingstop", rights="SELECT, INSERT")
    ]
