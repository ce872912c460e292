"""The one small file that a shop gives beside its orders: its certificate for holds."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest

from sellers.roles import Right
from vault.certificates import LONGEST

CERTIFICATE_VIEW = "compliance:hold-certificate"


class CertificateUploadHandler(FileUploadHandler):
    """Keeps a certificate's file in memory, for its address and who may give it alone.

    Of a longer file one byte more than allowed is kept, so that the form refuses it.
    Everything else is left to the next handler.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Begin a request."""
        super().__init__(request)
        self._kept: bytearray | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a certificate's file, or leave it to the next handler."""
        super().new_file(*args, **kwargs)
        if _expected(self.request):
            self._kept = bytearray()
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep the bytes, up to what a certificate has; pass on what is none."""
        del start
        if self._kept is None:
            return raw_data
        self._kept += raw_data[: LONGEST + 1 - len(self._kept)]
        return None

    def file_complete(self, file_size: int) -> SimpleUploadedFile | None:
        """Hand the file over, under a name of ours."""
        del file_size
        if self._kept is None:
            return None
        kept, self._kept = bytes(self._kept), None
        return SimpleUploadedFile("hold.crt", kept)


def _expected(request: HttpRequest | None) -> bool:
    match = getattr(request, "resolver_match", None)
    rights: frozenset[Right] = getattr(request, "rights", frozenset())
    at_the_door = match is not None and match.view_name == CERTIFICATE_VIEW
    return at_the_door and Right.MANAGE_HOLDS in rights
