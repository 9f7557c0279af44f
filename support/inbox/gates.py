"""Who may open which of the agents' pages. Every view of the desk starts with one of these.

They are the knowledge base's gates, whose user is known here to be an Agent.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from kb import gates
from support.models import Agent, Ticket


class AgentRequest(gates.ReaderRequest):
    """A request behind the sign-in."""

    user: Agent


P = ParamSpec("P")
View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]
Door = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def agents_only(view: View[P]) -> Door[P]:
    return gates.readers_only(cast("gates.View[P]", view))


def ticket_for(agent: Agent, ticket_id: int) -> Ticket:
    tickets = Ticket.objects.for_agent(agent).select_related("customer", "assignee")
    return get_object_or_404(tickets, pk=ticket_id)


def admins_only(view: View[P]) -> Door[P]:
    return gates.admins_only(cast("gates.View[P]", view))
