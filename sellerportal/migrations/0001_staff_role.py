"""What sp_staff may do: metadata of every shop, and no table with a buyer."""

from django.db import migrations

from vault.rows import READ, open_to_staff


def read(*columns: str) -> str:
    """Return the right to read these columns and no other."""
    return f"SELECT ({', '.join(columns)})"


# Tables with row security: table, rights. A new column of a table that is named with
# columns stays closed until somebody opens it here.
TENANT = {
    "sellers_membership": READ,
    "sellers_invitation": read(
        "id",
        "seller_id",
        "email",
        "role",
        "opens_buyer_data",
        "made_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
        "invited_by_id",
    ),
    "sellers_sellergrouppermission": READ,
    "sellers_sellerpersonpermission": READ,
    "compliance_purgerecord": READ,
    "compliance_exposuremeasure": READ,
    "marketplaces_importrun": read(
        "id",
        "seller_id",
        "kind",
        "encoding",
        "started_at",
        "ended_at",
        "rows",
        "orders",
        "lines",
        "created",
        "updated",
        "unchanged",
        "rejected",
    ),
    "vault_ledgerentry": "SELECT, INSERT",
    "vault_openingstop": "SELECT, INSERT, UPDATE (resumed_at, resumed_by)",
}
LIVE_STAFF = "SELECT person_id FROM sellers_staffmember WHERE ended_at IS NULL"
# What must hold of a row that staff write, so that nobody who holds the role's
# password writes in somebody else's name.
CHECKS = {
    "vault_ledgerentry": (
        "actor_kind = 'staff' AND kind LIKE 'staff:%' "
        f"AND actor_id IN ({LIVE_STAFF})"
    ),
    # Who stopped may have left the staff by the time that somebody resumes.
    "vault_openingstop": f"COALESCE(resumed_by, stopped_by) IN ({LIVE_STAFF})",
}
# Tables without a seller.
SHARED = {
    "sellers_seller": READ,
    "sellers_person": read(
        "id",
        "email",
        "name",
        "is_active",
        "made_at",
        "last_login",
        "password_changed_at",
    )
    + ", UPDATE (is_active)",
    "sellers_staffmember": READ,
    "auth_group": READ,
    "auth_permission": READ,
    "django_content_type": READ,
    "compliance_sweeprun": READ,
    "compliance_heartbeat": READ,
    "vault_purgeday": read(
        "day", "state", "closing_at", "destroyed_at", "probe_dead_at"
    ),
    "vault_lostkey": READ,
    "mfa_authenticator": read("id", "user_id", "type", "last_used_at") + ", DELETE",
    "django_admin_log": "SELECT, INSERT",
}
SEQUENCE = "django_admin_log_id_seq"


class Migration(migrations.Migration):
    """The staff's role."""

    dependencies = [
        ("vault", "0004_opening_stop_rows"),
        ("sellers", "0004_people_and_staff_rows"),
        ("compliance", "0004_heartbeat_and_measure_rows"),
        ("marketplaces", "0002_row_security"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [
        *(
            open_to_staff(table=t, rights=r, check=CHECKS.get(t, "true"))
            for t, r in TENANT.items()
        ),
        *(open_to_staff(table=t, rights=r, tenant=False) for t, r in SHARED.items()),
        migrations.RunSQL(
            f"GRANT USAGE ON SEQUENCE {SEQUENCE} TO sp_staff",
            f"REVOKE ALL ON SEQUENCE {SEQUENCE} FROM sp_staff",
        ),
    ]
