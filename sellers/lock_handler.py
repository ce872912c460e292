"""How django-axes counts failures here, and whom it counts them for.

Names that nobody has are counted like others, so that a lock tells nothing about who
exists. Of a request its tables get the name that was typed and the address, nothing
else.
"""

import copy
import ipaddress
from typing import Any

from allauth.account.adapter import get_adapter
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.http import HttpRequest, QueryDict

#: A home has a whole network of IPv6 addresses, and counts as one (RFC 6177).
_IPV6_PREFIX = 64
_LONGEST = 254


class LockHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts in the database, without what the browser sent along."""

    def user_login_failed(
        self,
        sender: object,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        """Count a failure and mark the request where it was the last one."""
        if request is None:
            return
        bare = _bare(request)
        super().user_login_failed(sender, credentials, bare, **kwargs)
        request.axes_locked_out = bare.axes_locked_out  # type: ignore[attr-defined]
        request.axes_credentials = bare.axes_credentials  # type: ignore[attr-defined]

    def user_logged_in(
        self, sender: object, request: HttpRequest, user: Any, **kwargs: Any
    ) -> None:
        """Record the sign-in, and forget this person's failures from here."""
        super().user_logged_in(sender, _bare(request), user, **kwargs)

    def reset_user_attempts(
        self, request: Any, credentials: dict[str, Any] | None = None
    ) -> int:
        """Forget failures of this name from this address alone.

        Others' failures stay: an account of one's own must not clear the tries on
        somebody else's.
        """
        rows = AccessAttempt.objects.filter(
            username=typed_name(request, credentials),
            ip_address=request.axes_ip_address,
        )
        count, _ = rows.delete()
        return int(count)


def typed_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the name that failures are counted for; see AXES_USERNAME_CALLABLE."""
    typed = (credentials or {}).get("email") or request.POST.get("login") or ""
    return str(typed).strip().lower()[:_LONGEST]


def client_address(request: HttpRequest) -> str | None:
    """Return whom failures are counted for; see AXES_CLIENT_IP_CALLABLE.

    The same address as allauth's: a header is believed only behind our own proxy.
    None for a request that no web server took in.
    """
    if not request.META.get("REMOTE_ADDR"):
        return None
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    network = ipaddress.ip_network((address, _IPV6_PREFIX), strict=False)
    return str(network.network_address)


def _bare(request: HttpRequest) -> Any:
    """Return the request without what people typed and what their browser says."""
    bare: Any = copy.copy(request)
    bare.GET = bare.POST = QueryDict()
    bare.axes_user_agent = bare.axes_http_accept = ""
    return bare
