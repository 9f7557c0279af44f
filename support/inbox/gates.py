"""Who may open which of the agents' pages. Every view of the desk starts with one of these."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from support.models import Agent


class AgentRequest(HttpRequest):
    """A request behind the sign-in."""

    user: Agent
    htmx: HtmxDetails


P = ParamSpec("P")
View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]
Door = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def agents_only(view: View[P]) -> Door[P]:
    """A fragment that is asked for after the session has ended sends the whole page to the sign-in."""
    guarded = login_required(cast("Door[P]", view))

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        answer = guarded(request, *args, **kwargs)
        htmx = cast("AgentRequest", request).htmx
        if htmx and not request.user.is_authenticated:
            page = urlsplit(htmx.current_url or "/")
            return HttpResponseClientRedirect(f"{reverse('sign-in')}?{urlencode({'next': page.path})}")
        return answer

    return cast("Door[P]", door)


def admins_only(view: View[P]) -> Door[P]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not cast("Agent", request.user).is_admin:
            raise PermissionDenied
        return view(cast("AgentRequest", request), *args, **kwargs)

    return login_required(cast("Door[P]", guarded))
