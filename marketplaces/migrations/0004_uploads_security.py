"""Row security of the pieces; their column takes sealed pieces alone."""

from django.db import migrations

from vault.rows import force_row_security

# The first two bytes of a sealed piece (vault.files): no text and no file begins so.
ONLY_SEALED = """
    ALTER TABLE marketplaces_uploadpiece ADD CONSTRAINT marketplaces_piece_sealed
    CHECK (substring(sealed from 1 for 2) = '\\xe502'::bytea)
"""


class Migration(migrations.Migration):
    """Each table shows the rows of one seller."""

    dependencies = [("marketplaces", "0003_uploads"), ("vault", "0002_row_security")]

    operations = [
        force_row_security(table="marketplaces_uploadpiece"),
        migrations.RunSQL(
            ONLY_SEALED,
            "ALTER TABLE marketplaces_uploadpiece "
            "DROP CONSTRAINT marketplaces_piece_sealed",
        ),
    ]
