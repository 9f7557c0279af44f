"""The ticket lists: four views, search, and pages by keyset, so that new tickets never shift one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, Exists, OuterRef, Q, Subquery

from kb.forms import whole_number
from support.models import Draft, Message, Tag, Ticket

if TYPE_CHECKING:
    from support.models import Agent, TicketQuerySet

PAGE = 30
# In the search: what a ticket is labelled with.
LABEL = re.compile(r'(?<!\S)(tag|priority):(?:"([^"]*)"|(\S+))', re.IGNORECASE)
VIEWS = {"open": "Open", "mine": "Mine", "unassigned": "Unassigned", "all": "All"}


@dataclass(frozen=True)
class Listing:
    """What an agent chose to look at, and the rows of it from a cursor on."""

    view: str
    query: str
    tickets: list[Ticket]
    next_cursor: str

    @property
    def title(self) -> str:
        return VIEWS[self.view]


def listing(agent: Agent, view: str, query: str = "", cursor: str = "") -> Listing:
    view = view if view in VIEWS else "open"
    query = query.replace("\0", "").strip()
    tickets = _matching(_in_view(Ticket.objects.for_agent(agent), view, agent), query)
    rows = list(with_row(_after(tickets, cursor))[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return Listing(view, query, rows, _cursor(rows[-1]) if more else "")


def counts(agent: Agent) -> list[tuple[str, str, int]]:
    """Each view with its name and how many tickets are in it."""
    wanted = {view: Count("pk", filter=_condition(view, agent)) for view in VIEWS}
    found = Ticket.objects.for_agent(agent).aggregate(**wanted)
    return [(view, VIEWS[view], found[view]) for view in VIEWS]


def tag_counts(agent: Agent) -> list[tuple[Tag, int]]:
    """The tags that open tickets have, with how many."""
    open_ones = Ticket.objects.for_agent(agent).filter(status=Ticket.Status.OPEN)
    counted = Tag.objects.filter(tickets__in=open_ones).annotate(count=Count("tickets", distinct=True))
    return [(tag, tag.count) for tag in counted]


def with_row(tickets: TicketQuerySet) -> TicketQuerySet:
    """With what a row shows: the last public message, the draft to look at, the tags."""
    public = Message.objects.filter(ticket=OuterRef("pk")).exclude(kind=Message.Kind.NOTE).order_by("-pk")
    drafts = Draft.objects.current_first().filter(ticket=OuterRef("pk"))
    tags = Tag.objects.filter(tickets=OuterRef("pk"))
    return tickets.select_related("customer", "assignee").annotate(
        snippet=Subquery(public.values("text")[:1]),
        last_kind=Subquery(public.values("kind")[:1]),
        draft_state=Subquery(drafts.values("state")[:1]),
        draft_outcome=Subquery(drafts.values("outcome")[:1]),
        tag_names=ArraySubquery(tags.values("name")),
    )


def _condition(view: str, agent: Agent) -> Q:
    is_open = Q(status=Ticket.Status.OPEN)
    return {
        "open": is_open,
        "mine": is_open & Q(assignee=agent),
        "unassigned": is_open & Q(assignee=None),
        "all": Q(),
    }[view]


def _in_view(tickets: TicketQuerySet, view: str, agent: Agent) -> TicketQuerySet:
    return tickets.filter(_condition(view, agent))


def _matching(tickets: TicketQuerySet, query: str) -> TicketQuerySet:
    """All words in a message, its ticket's subject and its customer; or part of a name; or a number.

    Besides, a tag or a priority that the tickets have: tag:billing, tag:"late delivery", priority:high.
    """
    for kind, quoted, word in LABEL.findall(query):
        wanted = quoted or word
        is_it = Q(tags__name__iexact=wanted) if kind.lower() == "tag" else Q(priority__iexact=wanted)
        tickets = tickets.filter(Exists(Ticket.objects.filter(is_it, pk=OuterRef("pk"))))
    query = " ".join(LABEL.sub(" ", query).split())
    if not query:
        return tickets
    # websearch syntax, because people quote; no stemming, because names and order numbers are looked for.
    words = SearchVector(
        "text", "ticket__subject", "ticket__customer__name", "ticket__customer__email", config="simple"
    )
    said = Message.objects.annotate(words=words).filter(
        words=SearchQuery(query, search_type="websearch", config="simple")
    )
    found = (
        Q(pk__in=said.values("ticket"))
        | Q(subject__icontains=query)
        | Q(customer__name__icontains=query)
        | Q(customer__email__icontains=query)
    )
    number = whole_number(query.lstrip("#"))
    if number is not None:
        found |= Q(pk=number)
    return tickets.filter(found)


def _cursor(ticket: Ticket) -> str:
    return f"{ticket.updated.isoformat()}_{ticket.pk}"


def _after(tickets: TicketQuerySet, cursor: str) -> TicketQuerySet:
    tickets = tickets.order_by("-updated", "-pk")
    when, _, number = cursor.rpartition("_")
    try:
        updated, pk = datetime.fromisoformat(when), int(number)
    except ValueError:
        return tickets
    return tickets.filter(Q(updated__lt=updated) | Q(updated=updated, pk__lt=pk))
