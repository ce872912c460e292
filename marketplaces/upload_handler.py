"""Files of requests: sealed as they arrive at the one address for them, else unread."""

from typing import IO, Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from marketplaces.amazon.order_reports import MAX_BYTES
from marketplaces.services.file_pieces import TOO_LARGE, ArrivingFile
from sellers.roles import Right
from vault.clock import clock
from vault.context import has_scope

UPLOAD_VIEW = "marketplaces:import-new"
#: What the form around the file may add to a request.
_FORM_BYTES = 64 * 1024


class SealedUploadHandler(FileUploadHandler):
    """The portal's only upload handler: no file lies in memory whole or on the disk.

    Runs within the shop's scope, which is open before Django reads a form. A file for
    any other address, from somebody without the right, or a second one is skipped.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Begin a request."""
        super().__init__(request)
        self._request_bytes = 0
        self._arriving: ArrivingFile | None = None

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 - Django's signature
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Note how long the request says it is."""
        del input_data, META, boundary, encoding
        self._request_bytes = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, or skip it."""
        super().new_file(*args, **kwargs)
        if self._arriving is not None or not _expected(self.request):
            raise SkipFile
        self._arriving = ArrivingFile(now=clock.now())
        if self._request_bytes > MAX_BYTES + _FORM_BYTES:
            self._arriving.refuse(TOO_LARGE)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Seal the bytes; nobody else sees them."""
        del start
        if self._arriving is not None:
            self._arriving.add(raw_data)

    def file_complete(self, file_size: int) -> Any:
        """Seal the last piece and hand the file over."""
        del file_size
        if self._arriving is None:
            return None
        self._arriving.end()
        return self._arriving


def _expected(request: HttpRequest | None) -> bool:
    match = getattr(request, "resolver_match", None)
    rights: frozenset[Right] = getattr(request, "rights", frozenset())
    at_the_door = match is not None and match.view_name == UPLOAD_VIEW
    return at_the_door and has_scope() and Right.IMPORT_ORDERS in rights
