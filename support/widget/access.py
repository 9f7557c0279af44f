"""Who may talk to a widget, and as whom: the address holds the widget's key, the request the visitor's token.

The visitor's browser makes the token, so that a first message sent twice is still one visitor; we keep its
SHA-256 only. Cookies play no part: browsers withhold them in frames of other sites.
"""

import hashlib
import ipaddress
import re

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from support.models import Customer, Widget

BEARER = re.compile(r"^Bearer ([A-Za-z0-9_-]{43})$")  # 256 bits in base64url


def active_widget(key: str) -> Widget:
    widget = Widget.objects.filter(key=key, active=True).first()
    if widget is None:
        raise Http404("No chat with this key is active.")
    return widget


def require_own_frame(request: HttpRequest) -> None:
    """Refuse requests that a page of another site started: only our own frame talks to the API."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "")
    if site != "same-origin" or (origin and origin.partition("://")[2] != request.get_host()):
        raise PermissionDenied


def token_hash(request: HttpRequest) -> str:
    """The SHA-256 of the bearer's token, as it is stored. Refuses a request without one."""
    match = BEARER.match(request.headers.get("Authorization", ""))
    if match is None:
        raise PermissionDenied
    return hashed(match[1])


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def visitor(request: HttpRequest, widget: Widget) -> Customer:
    """The bearer of the token, whose conversation this is. Anyone else's does not exist."""
    customer = Customer.objects.filter(widget=widget, token_hash=token_hash(request)).first()
    if customer is None:
        raise Http404("No conversation belongs to this token.")
    return customer


def address(request: HttpRequest) -> str:
    """The visitor's network address, as far as TRUSTED_PROXIES vouch for it; of IPv6 the line's /64."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    proxies = settings.TRUSTED_PROXIES
    peer = request.META.get("REMOTE_ADDR", "")
    claimed = hops[-proxies] if 0 < proxies <= len(hops) else peer
    try:
        parsed = ipaddress.ip_address(claimed)
    except ValueError:
        return str(peer)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
