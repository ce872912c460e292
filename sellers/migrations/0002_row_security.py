"""Policies of memberships, invitations and permissions; identity tables' grants."""

from django.db import migrations

from vault.rows import SELLER_ARM, force_row_security, grant_table

# Memberships and permissions are read before any shop is in scope: the second arm is
# the signed-in person. Written they are only inside the shop.
PERSON = f"{SELLER_ARM} OR person_id = (SELECT app.person_id())"
USER = f"{SELLER_ARM} OR user_id = (SELECT app.person_id())"
GROUP = f"""{SELLER_ARM} OR group_id IN (
    SELECT g.group_id FROM sellers_person_groups g
    WHERE g.person_id = (SELECT app.person_id()))"""
READ = "SELECT"
# No seller column: who signs in, and with which session. Each is named in the law test.
IDENTITY = {
    "django_content_type": READ,
    "auth_permission": READ,
    "auth_group": "SELECT, INSERT",
    "auth_group_permissions": READ,
    "django_session": "SELECT, INSERT, UPDATE, DELETE",
    "django_migrations": READ,
    "account_emailaddress": "SELECT, INSERT, UPDATE, DELETE",
    "account_emailconfirmation": "SELECT, INSERT, UPDATE, DELETE",
    "sellers_seller": "SELECT, INSERT, UPDATE",
    "sellers_person": "SELECT, INSERT, UPDATE",
    "sellers_person_groups": "SELECT, INSERT, DELETE",
    "sellers_person_user_permissions": READ,
}
SEQUENCES = (
    "auth_group_id_seq",
    "account_emailaddress_id_seq",
    "account_emailconfirmation_id_seq",
    "sellers_person_groups_id_seq",
)


class Migration(migrations.Migration):
    """Row security of sellers."""

    dependencies = [
        ("sellers", "0001_initial"),
        ("vault", "0002_row_security"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        *(grant_table(table=t, rights=r) for t, r in IDENTITY.items()),
        migrations.RunSQL(
            f"GRANT USAGE ON SEQUENCE {', '.join(SEQUENCES)} TO sp_app",
            f"REVOKE ALL ON SEQUENCE {', '.join(SEQUENCES)} FROM sp_app",
        ),
        force_row_security(
            table="sellers_membership", using=PERSON, check=SELLER_ARM
        ),
        force_row_security(table="sellers_invitation"),
        force_row_security(
            table="sellers_sellergrouppermission", using=GROUP, check=SELLER_ARM
        ),
        force_row_security(
            table="sellers_sellerpersonpermission", using=USER, check=SELLER_ARM
        ),
    ]
