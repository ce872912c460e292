"""Row security of certificates: the shop's, and each former owner's own."""

from django.db import migrations

from vault.rows import SELLER_ARM, force_row_security

# Nobody enters a shop that has left; its former owners read theirs as people.
PERSON = f"{SELLER_ARM} OR person_id = (SELECT app.person_id())"


class Migration(migrations.Migration):
    """Written they are only inside the shop."""

    dependencies = [("sellers", "0007_certificates"), ("vault", "0002_row_security")]

    operations = [
        force_row_security(
            table="sellers_deletioncertificate", using=PERSON, check=SELLER_ARM
        )
    ]
