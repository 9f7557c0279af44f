"""What tests of drafting do again and again: write a waiting draft, and let things happen meanwhile."""

import threading
from collections.abc import Callable
from uuid import uuid4

from django.db import connection

from support import drafting
from support.models import Draft, Message
from support.receiving import receive_message
from tests import cast
from tests.gateway import Gateway


def ask(text: str, after: Message | None = None, **customer: str) -> Message:
    """Carol writes, in a new ticket or in that of an earlier message."""
    if after is None:
        return receive_message(cast.carol(**customer), text, uuid4())
    return receive_message(after.ticket.customer, text, uuid4(), after.ticket)


def draft_of(message: Message) -> Draft:
    return message.ticket.drafts.get(up_to=message)


def write(draft: Draft) -> int | None:
    """As a worker does. Returns the draft that waits then."""
    claimed = drafting.claim(draft.pk)
    assert claimed is not None
    following = drafting.write_draft(claimed)
    draft.refresh_from_db()
    return following


def written(draft: Draft) -> Draft:
    write(draft)
    return draft


def while_writing(gateway: Gateway, happens: Callable[[], object]) -> None:
    """Something happens after the model was asked and before its answer is stored."""
    original = gateway.next_reply

    def reply(request):
        thread = threading.Thread(target=in_own_connection, args=(happens,))
        thread.start()
        thread.join()
        gateway.next_reply = original  # type: ignore[method-assign]
        return original(request)

    gateway.next_reply = reply  # type: ignore[method-assign]


def in_own_connection(happens: Callable[[], object]) -> None:
    try:
        happens()
    finally:
        connection.close()
