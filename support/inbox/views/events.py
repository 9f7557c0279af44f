"""What happens, as it happens: streams that hold no database connection while they are open."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from support import listening, live
from support.inbox.gates import AgentRequest, agents_only
from support.models import Ticket

# After this long (s) a page connects again, and shows again that its agent may still listen.
LONGEST = 120


@require_GET
@agents_only
def ticket(request: AgentRequest, ticket_id: int) -> StreamingHttpResponse:
    found = get_object_or_404(Ticket.objects.for_agent(request.user), pk=ticket_id)
    return _streamed(request, live.ticket_channel(found.pk))


@require_GET
@agents_only
def inbox(request: AgentRequest) -> StreamingHttpResponse:
    return _streamed(request, live.INBOX)


def _streamed(request: HttpRequest, channel: str) -> StreamingHttpResponse:
    """After the last event that the page saw: a reconnect names it in a header, a page in its address."""
    last = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    # The stream stays open for hours and never asks the database again; the connection goes back to its pool.
    connection.close()
    return StreamingHttpResponse(
        _for_a_while(listening.stream(channel, last)),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _for_a_while(stream: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    until = time.monotonic() + LONGEST
    async with aclosing(stream):
        async for frame in stream:
            yield frame
            if time.monotonic() > until:
                return
