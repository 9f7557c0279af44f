"""Who may open which of the agents' pages. Every view of the desk starts with one of these."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
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
    return login_required(cast("Door[P]", view))


def admins_only(view: View[P]) -> Door[P]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not cast("Agent", request.user).is_admin:
            raise PermissionDenied
        return view(cast("AgentRequest", request), *args, **kwargs)

    return login_required(cast("Door[P]", guarded))
