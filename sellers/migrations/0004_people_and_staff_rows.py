"""Grants of sign-in's tables, row security of the first steps, the shared cache."""

from django.db import migrations

from vault.rows import force_row_security, grant_table

ALL = "SELECT, INSERT, UPDATE, DELETE"
# No seller column: how people sign in. Each is named in the law test.
IDENTITY = {
    "sellers_formerpassword": "SELECT, INSERT, DELETE",
    "sellers_staffmember": "SELECT",
    "mfa_authenticator": ALL,
    "usersessions_usersession": ALL,
    "axes_accessattempt": ALL,
    "axes_accessattemptexpiration": ALL,
    "axes_accessfailurelog": ALL,
    "axes_accesslog": ALL,
    "portal_cache": ALL,
}
SEQUENCES = (
    "mfa_authenticator_id_seq",
    "usersessions_usersession_id_seq",
    "axes_accessattempt_id_seq",
    "axes_accessfailurelog_id_seq",
    "axes_accesslog_id_seq",
)
# The table of django.core.cache.backends.db: what processes must know of each other
# at sign-in (used codes, counted requests), by hashed keys.
CACHE = """
    CREATE TABLE portal_cache (
        cache_key varchar(255) PRIMARY KEY,
        value text NOT NULL,
        expires timestamptz NOT NULL
    );
    CREATE INDEX portal_cache_expires ON portal_cache (expires);
"""


class Migration(migrations.Migration):
    """Rows of sign-in."""

    dependencies = [
        ("sellers", "0003_people_and_staff"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
        ("axes", "0010_accessattemptexpiration"),
    ]

    operations = [
        migrations.RunSQL(CACHE, "DROP TABLE portal_cache"),
        *(grant_table(table=t, rights=r) for t, r in IDENTITY.items()),
        migrations.RunSQL(
            f"GRANT USAGE ON SEQUENCE {', '.join(SEQUENCES)} TO sp_app",
            f"REVOKE ALL ON SEQUENCE {', '.join(SEQUENCES)} FROM sp_app",
        ),
        force_row_security(table="sellers_startstep", rights="SELECT, INSERT"),
    ]
