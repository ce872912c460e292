"""Log lines about requests: one line, and nothing of a person in it."""

import logging

from django.http import HttpRequest

#: From this status on the fault is ours.
_OURS = 500
_ABOUT_REQUESTS = ("django.request", "django.security")


class RequestLines(logging.Filter):
    """Rewrites what Django says about a request that it refused or that broke.

    A path can hold a token or whatever a stranger typed, so the line names the route
    instead. What the person did wrong needs no traceback; a fault of ours keeps its
    own, and the line has the number that the person was shown.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        status = getattr(record, "status_code", None)
        request = getattr(record, "request", None)
        ours = record.name.startswith(_ABOUT_REQUESTS)
        if ours and isinstance(status, int) and isinstance(request, HttpRequest):
            record.msg = "%s %s %s%s"
            number = getattr(request, "fault_number", "")
            record.args = (
                status,
                request.method,
                _route(request),
                f", number {number}" if number else "",
            )
            if status < _OURS:
                record.exc_info = record.exc_text = None
        return True


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"/{match.route}" if match is not None else "(no such address)"
