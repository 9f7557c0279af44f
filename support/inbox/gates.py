"""Who may open which of the agents' pages. Every view of the desk starts with one of these.

They are the knowledge base's gates, whose user is known here to be an Agent.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kb import gates
from support.models import Agent


class AgentRequest(gates.ReaderRequest):
    """A request behind the sign-in."""

    user: Agent


P = ParamSpec("P")
View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]
Door = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def agents_only(view: View[P]) -> Door[P]:
    return gates.readers_only(cast("gates.View[P]", view))


def admins_only(view: View[P]) -> Door[P]:
    return gates.admins_only(cast("gates.View[P]", view))
