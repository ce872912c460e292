"""An upload that really breaks off: raw HTTP whose body ends before its time."""

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from marketplaces.models import ImportRun, UploadPiece
from tests.marketplaces.uploads import report
from tests.shops import Shop

TOKEN = "a" * 32


def request(shop: Shop, cookie: str, *, send: float) -> tuple[bytes, bytes]:
    """Return head and body of an upload; of the body only a share is sent."""
    file = SimpleUploadedFile("orders.txt", report(300))
    fields = {
        "csrfmiddlewaretoken": TOKEN,
        "what": "orders",
        "charset": "",
        "upload": file,
        "whole": "yes",
    }
    body = encode_multipart(BOUNDARY, fields)
    head = (
        f"POST {shop.url('imports/new/')} HTTP/1.1\r\nHost: localhost\r\n"
        f"Cookie: sessionid={cookie}; csrftoken={TOKEN}\r\n"
        f"Content-Type: {MULTIPART_CONTENT}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode(), body[: int(len(body) * send)]


def answer_to(live_server: Any, head: bytes, body: bytes) -> bytes:
    """Send, close the sending side, and read what comes back."""
    place = urlsplit(live_server.url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        line.sendall(head + body)
        line.shutdown(socket.SHUT_WR)
        said = b""
        while part := line.recv(65536):
            said += part
    return said


@pytest.mark.parametrize("send", [0.5, 1.0])
def test_a_body_that_ends_early_is_refused_whole(
    transactional_db: None, shop: Shop, live_server: Any, send: float
) -> None:
    """With the whole body as the control: it is taken."""
    cookie = shop.client("owner").cookies["sessionid"].value
    said = answer_to(live_server, *request(shop, cookie, send=send))
    status = said.split(b" ", 2)[1]
    with shop.scope():
        stored = ImportRun.objects.count(), UploadPiece.objects.count() > 0
    if send == 1.0:
        assert (status, stored) == (b"302", (1, True))
    else:
        assert (status, stored) == (b"422", (0, False))
        assert b"cut off in the middle" in said
