"""Roles and databases of the portal on a PostgreSQL server: made, guarded, checked.

Every step looks first and changes only what differs, so that a second run does
nothing. Needs PostgreSQL 16 or later and a role that may create roles and databases.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import Connection, sql

from sellerportal.local import roles
from sellerportal.local.addresses import role_url
from sellerportal.local.broker import install_broker

Admin = Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Databases:
    """The names of the databases; ``broker=None`` where the queue is elsewhere."""

    portal: str = "portal"
    broker: str | None = "broker"


USUAL = Databases()


def provision(
    *,
    admin_url: str,
    passwords: Mapping[str, str],
    databases: Databases = USUAL,
    exclusive: bool = False,
) -> list[str]:
    """Bring the server to the state the portal needs; return what was done.

    ``exclusive`` says that the server serves nobody else: then its maintenance
    databases are closed too. An empty list: all was there.
    """
    done: list[str] = []
    with psycopg.connect(admin_url, autocommit=True) as admin:
        _settle(admin)
        done += roles.make_roles(admin, passwords)
        done += _make_database(
            admin, databases.portal, owner="sp_owner", visitors=roles.VISITORS
        )
        if databases.broker is not None:
            done += _make_database(
                admin, databases.broker, owner="sp_broker", visitors=()
            )
        if exclusive:
            for name in ("postgres", "template1"):
                done += _close_to_public(admin, name)
    done += _guard_inside(admin_url, passwords, databases)
    return done


def clone_database(*, admin_url: str, template: str, name: str) -> None:
    """Copy a portal database, with the same owner and the same visitors.

    PostgreSQL copies what is in a database, not who may come in; hence this.
    """
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER sp_owner").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        _guard_doors(admin, name, visitors=roles.VISITORS)


def drop_database(*, admin_url: str, name: str) -> None:
    """Drop a database if it is there, ending the sessions in it."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        _settle(admin)
        admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(name)
            )
        )


def _settle(admin: Admin) -> None:
    # "Does not exist, skipping" is no news to anybody.
    admin.execute("SET client_min_messages = warning")


def _make_database(
    admin: Admin, name: str, *, owner: str, visitors: tuple[str, ...]
) -> list[str]:
    done = []
    found = admin.execute(
        "SELECT datdba::regrole::text FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    if found is None:
        admin.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'"
            ).format(sql.Identifier(name), sql.Identifier(owner))
        )
        done.append(f"Made the database {name}.")
    elif found != (owner,):
        admin.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
        done.append(f"Gave the database {name} to {owner}.")
    return done + _guard_doors(admin, name, visitors=visitors)


def _guard_doors(admin: Admin, name: str, *, visitors: tuple[str, ...]) -> list[str]:
    """Let in the owner and the visitors, and of the portal's roles nobody else."""
    done = _close_to_public(admin, name)
    present = _grants(admin, name)
    for role in visitors:
        if (role, "CONNECT") not in present:
            admin.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.Identifier(role)
                )
            )
            done.append(f"Let {role} into the database {name}.")
    return done


def _close_to_public(admin: Admin, name: str) -> list[str]:
    if not any(role == "PUBLIC" for role, _ in _grants(admin, name)):
        return []
    admin.execute(
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
    )
    return [f"Closed the database {name} to everybody not named."]


def _grants(admin: Admin, name: str) -> set[tuple[object, ...]]:
    rows = admin.execute(
        "SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, "
        "privilege_type FROM pg_database, "
        "aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE datname = %s",
        [name],
    )
    return set(rows.fetchall())


def _guard_inside(
    admin_url: str, passwords: Mapping[str, str], databases: Databases
) -> list[str]:
    """See to what lies inside the databases, and to the passwords' being right."""
    homes = dict.fromkeys(("sp_owner", *roles.VISITORS), databases.portal)
    owners = {databases.portal: "sp_owner"}
    if databases.broker is not None:
        homes["sp_broker"] = databases.broker
        owners[databases.broker] = "sp_broker"
    done = []
    for database, owner in owners.items():
        with psycopg.connect(admin_url, dbname=database, autocommit=True) as admin:
            done += _own_public(admin, owner)
            done += _guard_language(admin, owner)
            done += _close_large_objects(admin)
    for role, database in homes.items():
        url = role_url(
            admin_url, role=role, password=passwords[role], database=database
        )
        done += roles.set_password_unless_right(
            admin_url, url, role=role, password=passwords[role]
        )
        if role == "sp_broker":
            done += install_broker(url)
    return done


def _own_public(admin: Admin, owner: str) -> list[str]:
    done = []
    found = admin.execute(
        "SELECT nspowner::regrole::text, EXISTS (SELECT FROM "
        "aclexplode(coalesce(nspacl, acldefault('n', nspowner))) "
        "WHERE grantee = 0 AND privilege_type = 'CREATE') "
        "FROM pg_namespace WHERE nspname = 'public'"
    ).fetchone()
    if found is not None and found[0] != owner:
        admin.execute(
            sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(owner))
        )
        done.append(f"Gave the schema public to {owner}.")
    if found is not None and found[1]:
        admin.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        done.append("Took the right to create in public from everybody.")
    return done


def _guard_language(admin: Admin, owner: str) -> list[str]:
    """Keep PL/pgSQL for the owner: with it a DO block could run any program."""
    rows = admin.execute(
        "SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END "
        "FROM pg_language, aclexplode(coalesce(lanacl, acldefault('l', lanowner))) "
        "WHERE lanname = 'plpgsql'"
    )
    present = {row[0] for row in rows.fetchall()}
    done = []
    if owner not in present:
        admin.execute(
            sql.SQL("GRANT USAGE ON LANGUAGE plpgsql TO {}").format(
                sql.Identifier(owner)
            )
        )
        done.append(f"Let {owner} write PL/pgSQL.")
    if "PUBLIC" in present:
        admin.execute("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC")
        done.append("Took PL/pgSQL from everybody not named.")
    return done


def _close_large_objects(admin: Admin) -> list[str]:
    """Let nobody make large objects: row security does not know them.

    Only who owns the functions, the superuser as a rule, can take them from everybody.
    """
    query = (
        "SELECT oid::regprocedure::text FROM pg_proc, "
        "aclexplode(coalesce(proacl, acldefault('f', proowner))) "
        "WHERE pronamespace = 'pg_catalog'::regnamespace AND grantee = 0 AND proname "
        "IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import') "
        "AND pg_has_role(proowner, 'USAGE')"
    )
    found = admin.execute(query).fetchall()
    for (function,) in found:
        admin.execute(
            sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(
                sql.SQL(str(function))
            )
        )
    return ["Took the making of large objects from everybody."] if found else []
