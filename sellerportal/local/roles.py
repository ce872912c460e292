"""The database roles of the portal and what each of them may do."""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import Connection, sql

Admin = Connection[tuple[object, ...]]

_PATIENT = {"TimeZone": "UTC"}

# No session of the running portal may hold a day open for long: the destruction of
# that day's key waits for it.
_BOUNDED = {
    **_PATIENT,
    "idle_in_transaction_session_timeout": "60s",
    "statement_timeout": "60s",
    "lock_timeout": "30s",
}


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its settings, whether it reads past row security, what it inherits."""

    settings: Mapping[str, str]
    bypasses: bool = False
    member_of: tuple[str, ...] = ()


ROLES: Mapping[str, Role] = {
    "sp_owner": Role(_PATIENT),
    "sp_app": Role(_BOUNDED),
    "sp_staff": Role(_BOUNDED),
    "sp_backup": Role(
        {**_PATIENT, "default_transaction_read_only": "on"},
        bypasses=True,
        member_of=("pg_read_all_data",),
    ),
    "sp_broker": Role(_PATIENT),
}

#: Who may connect to the portal's database besides its owner.
VISITORS = ("sp_app", "sp_staff", "sp_backup")

# Wanted state of pg_roles' columns, with the words that bring it about.
_FLAGS = {
    "rolcanlogin": (True, "LOGIN"),
    "rolsuper": (False, "NOSUPERUSER"),
    "rolcreatedb": (False, "NOCREATEDB"),
    "rolcreaterole": (False, "NOCREATEROLE"),
    "rolreplication": (False, "NOREPLICATION"),
    "rolinherit": (True, "INHERIT"),
}


def make_roles(admin: Admin, passwords: Mapping[str, str]) -> list[str]:
    """Make the roles that are missing and mend those that differ."""
    done = []
    for name, role in ROLES.items():
        found = admin.execute(
            "SELECT rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, "
            "rolreplication, rolinherit, rolbypassrls, rolconfig "
            "FROM pg_roles WHERE rolname = %s",
            [name],
        ).fetchone()
        if found is None:
            _create(admin, name, role, passwords[name])
            done.append(f"Made the role {name}.")
            found = (True, False, False, False, False, True, role.bypasses, None)
        done += _mend_flags(admin, name, role, found)
        done += _mend_settings(admin, name, role, found[-1])
        done += _mend_memberships(admin, name, role)
    return done


def set_password_unless_right(
    admin_url: str, url: str, *, role: str, password: str
) -> list[str]:
    """Set the password of ``role`` unless ``url``, which holds it, already connects."""
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), _verifier(admin, role, password)
                )
            )
    else:
        return []
    psycopg.connect(url).close()
    return [f"Set the password of {role}."]


def _verifier(admin: Admin, role: str, password: str) -> sql.Literal:
    # The server and its log see only the SCRAM verifier, never the password.
    made = admin.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    )
    return sql.Literal(made.decode())


def _create(admin: Admin, name: str, role: Role, password: str) -> None:
    words = " ".join(word for _, word in _FLAGS.values())
    bypass = "BYPASSRLS" if role.bypasses else "NOBYPASSRLS"
    admin.execute(
        sql.SQL("CREATE ROLE {} {} PASSWORD {}").format(
            sql.Identifier(name),
            sql.SQL(f"{words} {bypass}"),
            _verifier(admin, name, password),
        )
    )
    # Whoever makes a database for another role must be able to act as that role.
    if admin.execute(
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchone() != (True,):
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(name)))


def _mend_flags(
    admin: Admin, name: str, role: Role, found: tuple[object, ...]
) -> list[str]:
    wanted = [
        *_FLAGS.values(),
        (role.bypasses, "BYPASSRLS" if role.bypasses else "NOBYPASSRLS"),
    ]
    words = [
        word
        for (state, word), present in zip(wanted, found[:-1], strict=True)
        if state != present
    ]
    if not words:
        return []
    admin.execute(
        sql.SQL("ALTER ROLE {} {}").format(
            sql.Identifier(name), sql.SQL(" ".join(words))
        )
    )
    return [f"Set {name} to {' '.join(words)}."]


def _mend_settings(admin: Admin, name: str, role: Role, config: object) -> list[str]:
    present = config if isinstance(config, list) else []
    done = []
    for setting, value in role.settings.items():
        if f"{setting}={value}" not in present:
            admin.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(name),
                    sql.Identifier(setting),
                    sql.Literal(value),
                )
            )
            done.append(f"Set {setting} of {name} to {value}.")
    return done


def _mend_memberships(admin: Admin, name: str, role: Role) -> list[str]:
    done = []
    for group in role.member_of:
        member = admin.execute(
            "SELECT FROM pg_auth_members "
            "WHERE roleid = %s::regrole AND member = %s::regrole",
            [group, name],
        ).fetchone()
        if member is None:
            admin.execute(
                sql.SQL("GRANT {} TO {}").format(
                    sql.Identifier(group), sql.Identifier(name)
                )
            )
            done.append(f"Made {name} a member of {group}.")
    return done
