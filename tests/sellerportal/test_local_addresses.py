"""Addresses: what goes in comes out, and the queue's client goes where it is sent."""

import dj_database_url
import pytest
from pgmq.base import PGMQConfig

from sellerportal.local.addresses import (
    portal_environment,
    queue_connection,
    role_url,
)

PASSWORDS = {
    role: f"{role}'s p@ss/w\\rd"
    for role in ("sp_owner", "sp_app", "sp_staff", "sp_broker")
}


@pytest.mark.parametrize(
    ("server", "host", "port"),
    [
        ("postgresql://%2Fhome%2FAnna%2Fsocket", "/home/Anna/socket", ""),
        ("postgresql://boss:x@db.example:6432/postgres", "db.example", 6432),
    ],
)
def test_django_reads_what_was_written(server: str, host: str, port: object) -> None:
    values = portal_environment(
        server, passwords=PASSWORDS, portal="portal", broker="broker"
    )
    facts = dj_database_url.parse(values["DATABASE_URL"])
    assert (facts["HOST"], facts["PORT"], facts["NAME"]) == (host, port, "portal")
    assert (facts["USER"], facts["PASSWORD"]) == ("sp_app", PASSWORDS["sp_app"])


def test_options_of_the_server_are_kept_for_the_database_alone() -> None:
    values = portal_environment(
        "postgresql://boss:x@db.example/postgres?sslmode=verify-full",
        passwords=PASSWORDS,
        portal="portal",
        broker="broker",
    )
    assert values["DATABASE_URL"].endswith("@db.example/portal?sslmode=verify-full")
    assert values["CELERY_BROKER_URL"].endswith("@db.example/broker")


def test_the_queue_is_not_led_astray_by_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://sp_app:x@db.example/portal")
    url = role_url(
        "postgresql://%2Fhome%2FAnna%2Fsocket",
        role="sp_broker",
        password=PASSWORDS["sp_broker"],
        database="broker",
    ).replace("postgresql://", "pgmq://")
    told = PGMQConfig(conn_string=queue_connection(url))
    assert (told.username, told.database) == ("sp_broker", "broker")
    assert (told.host, told.port) == ("/home/Anna/socket", "5432")
    assert told.password == PASSWORDS["sp_broker"]
    # Without the option it would be: the reason for this test.
    assert (PGMQConfig().username, PGMQConfig().database) == ("sp_app", "portal")
