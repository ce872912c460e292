"""What PostgreSQL's catalogue says of the tables, and what it must not say."""

from collections.abc import Iterable
from typing import Any

import psycopg

from vault.rows import APP_ROLE, STAFF_ROLE

Connection = psycopg.Connection[Any]

#: The one arm of a policy, as PostgreSQL prints it.
ARM = "(seller_id = ( SELECT app.seller_id() AS seller_id))"

#: Tables that are read before a shop is in scope: the second arm of their policy is
#: the signed-in person. Written they are inside the shop only.
TWO_ARMS = {
    "sellers_deletioncertificate": "what a former owner may download",
    "sellers_membership": "which shops a person may enter",
    "sellers_sellergrouppermission": "what the person's roles allow",
    "sellers_sellerpersonpermission": "what the person may do beyond the role",
}

#: Tables with a seller that staff of the operator see whole, and why that holds no
#: buyer. Their policy is for the staff's role alone and shows every row.
SEEN_BY_STAFF = {
    "compliance_exposuremeasure": "counts and days",
    "compliance_purgerecord": "counts, days and hashes",
    "marketplaces_importrun": "counts; the name of the file is not granted",
    "sellers_invitation": "who was asked; the token's hash is not granted",
    "sellers_membership": "who works where",
    "sellers_sellergrouppermission": "what a role may do",
    "sellers_sellerpersonpermission": "what a person may do beyond the role",
    "vault_ledgerentry": "what happened, without personal data",
    "vault_openingstop": "what staff themselves suspended",
}

_LIVE = (
    "( SELECT sellers_staffmember.person_id FROM sellers_staffmember "
    "WHERE (sellers_staffmember.ended_at IS NULL))"
)
#: Where staff write: what must hold of a row, as PostgreSQL prints it on one line.
CHECKED_OF_STAFF = {
    "vault_ledgerentry": (
        "(((actor_kind)::text = 'staff'::text) AND ((kind)::text ~~ 'staff:%'::text) "
        f"AND (actor_id IN {_LIVE}))"
    ),
    "vault_openingstop": f"(COALESCE(resumed_by, stopped_by) IN {_LIVE})",
}

#: Tables that belong to no seller, each with the reason why that is right.
WITHOUT_SELLER = {
    "account_emailaddress": "identity: the addresses that people sign in with",
    "account_emailconfirmation": "identity: proofs of such an address",
    "axes_accessattempt": "identity: failed sign-ins that count towards a lock",
    "axes_accessattemptexpiration": "identity: when such a count ends",
    "axes_accessfailurelog": "identity: failed sign-ins, for the record",
    "axes_accesslog": "identity: sign-ins, for the record",
    "auth_group": "identity: one group for each seller and role, no person named",
    "auth_group_permissions": "identity: Django's own, empty; rights are per seller",
    "auth_permission": "words: what rights there are",
    "compliance_heartbeat": "when worker and beat last wrote that they live",
    "compliance_machinegap": "when the machine was off; of no shop",
    "compliance_sweeprun": "runs of the sweep over all shops: counts only",
    "django_admin_log": "what staff did in their lists; the shops' logs have it too",
    "django_content_type": "words: what models there are",
    "django_migrations": "words: what migrations ran",
    "django_session": "identity: read before anybody is known",
    "guardian_groupobjectpermission": "guardian's own, unused: no role may touch it",
    "guardian_userobjectpermission": "guardian's own, unused: no role may touch it",
    "mfa_authenticator": "identity: second factors, their secrets sealed",
    "portal_cache": "identity: used codes and counted sign-ins, by hashed keys",
    "sellers_formerpassword": "identity: hashes of passwords used before",
    "sellers_person": "identity: somebody may work in several shops",
    "sellers_person_groups": "identity: a person's groups, named by seller and role",
    "sellers_person_user_permissions": "identity: Django's own, empty",
    "sellers_seller": "identity: the shops themselves; a page sees members' only",
    "sellers_staffmember": "identity: people of the operator, who work in no shop",
    "usersessions_usersession": "identity: open sessions of a person",
    "vault_keystoremark": "vault: which keystore this database belongs to",
    "vault_lostkey": "vault: secrets that were lost; a day has no seller",
    "vault_purgeday": "vault: days on which the keys of all sellers die",
    "vault_rootturn": "vault: the keystore's new root of each day",
}


def seller_tables(connection: Connection) -> list[str]:
    """Return the tables with a seller, by name."""
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
        "AND a.attname = 'seller_id' AND NOT a.attisdropped ORDER BY 1"
    )
    return [name for (name,) in rows.fetchall()]


def all_tables(connection: Connection) -> list[str]:
    """Return every table of the portal's schema, by name."""
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p') ORDER BY 1"
    )
    return [name for (name,) in rows.fetchall()]


def faults_of_the_catalogue(connection: Connection) -> list[str]:
    """Return everything that is wrong, each as ``table: what``."""
    tables = seller_tables(connection)
    plain = set(all_tables(connection)) - set(tables)
    faults = [f"{t}: no seller, and not listed" for t in sorted(plain)]
    faults = [f for f in faults if f.split(":")[0] not in WITHOUT_SELLER]
    for table in tables:
        faults += _security(connection, table)
        faults += _policies(connection, table)
        faults += _uniques(connection, table)
        faults += _foreign_keys(connection, table, set(tables))
    return [*faults, *_other_relations(connection)]


def _security(connection: Connection, table: str) -> list[str]:
    row = connection.execute(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class "
        "WHERE oid = %s::regclass",
        [table],
    ).fetchone()
    enabled, forced = row or (False, False)
    return [
        *([] if enabled else [f"{table}: row security is off"]),
        *([] if forced else [f"{table}: row security is not forced"]),
    ]


def _policies(connection: Connection, table: str) -> list[str]:
    rows = connection.execute(
        "SELECT roles::text[], cmd, qual, with_check FROM pg_policies "
        "WHERE schemaname = 'public' AND tablename = %s",
        [table],
    ).fetchall()
    faults = [] if rows else [f"{table}: no policy"]
    for roles, command, using, check in rows:
        if roles == [STAFF_ROLE] and table in SEEN_BY_STAFF:
            # PostgreSQL breaks a subquery into lines.
            told = (command, using, " ".join((check or "").split()))
            if told != ("ALL", "true", CHECKED_OF_STAFF.get(table, "true")):
                faults.append(f"{table}: the staff's policy is not as written here")
            continue
        if roles != [APP_ROLE]:
            faults.append(f"{table}: a policy for {', '.join(roles)}")
        if command != "ALL":
            faults.append(f"{table}: a policy for {command} alone")
        if check != ARM:
            faults.append(f"{table}: WITH CHECK is not the seller alone")
        if using != ARM and (table not in TWO_ARMS or ARM not in (using or "")):
            faults.append(f"{table}: USING is not the seller alone")
    return faults


def _uniques(connection: Connection, table: str) -> list[str]:
    rows = connection.execute(
        "SELECT i.relname, x.indisprimary, x.indpred IS NOT NULL, "
        "array(SELECT a.attname::text FROM unnest(x.indkey) WITH ORDINALITY k(n, o) "
        "JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.n "
        "ORDER BY k.o) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
        "WHERE x.indrelid = %s::regclass AND x.indisunique",
        [table],
    ).fetchall()
    first = [columns[:1] == ["seller_id"] and not part for _, _, part, columns in rows]
    faults = [] if any(first) else [f"{table}: no unique key starts with the seller"]
    for name, primary, _, columns in rows:
        if not primary and columns[:1] != ["seller_id"]:
            faults.append(f"{table}: {name} is unique across sellers")
    return faults


def _foreign_keys(
    connection: Connection, table: str, tenants: Iterable[str]
) -> list[str]:
    faults = []
    for name, parent, pairs in foreign_keys(connection, table):
        if parent in tenants and ("seller_id", "seller_id") not in pairs:
            faults.append(f"{table}: {name} may point at another seller's row")
    return faults


def foreign_keys(
    connection: Connection, table: str
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return a table's foreign keys: name, parent, pairs of columns."""
    rows = connection.execute(
        "SELECT k.conname, p.relname, "
        "array(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, o) "
        "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n "
        "ORDER BY o), "
        "array(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, o) "
        "JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n "
        "ORDER BY o) "
        "FROM pg_constraint k JOIN pg_class p ON p.oid = k.confrelid "
        "WHERE k.conrelid = %s::regclass AND k.contype = 'f'",
        [table],
    ).fetchall()
    return [
        (name, parent, list(zip(here, there, strict=True)))
        for name, parent, here, there in rows
    ]


def _other_relations(connection: Connection) -> list[str]:
    """Return what shows rows past the policies: views, copies, parts, functions."""
    words = {"v": "a view", "m": "a materialised view", "f": "a foreign table"}
    relations = connection.execute(
        "SELECT relname, relkind::text, relispartition FROM pg_class "
        "WHERE relnamespace IN ('public'::regnamespace, 'app'::regnamespace) "
        "AND (relkind IN ('v', 'm', 'f', 'p') OR relispartition)"
    ).fetchall()
    functions = connection.execute(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace IN "
        "('public'::regnamespace, 'app'::regnamespace)"
    ).fetchall()
    return [
        *(f"{n}: {words.get(kind, 'a partition')}" for n, kind, _ in relations),
        *(f"{n}: a function with its owner's rights" for (n,) in functions),
    ]
