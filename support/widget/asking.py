"""A visitor's message becomes a row of their own conversation, exactly once, within the limits."""

from uuid import UUID

from django.db import transaction
from django.http import Http404

from support.models import Customer, Message, Widget
from support.receiving import receive_message
from support.widget import limits


def ask(
    widget: Widget, token_hash: str, address: str, *, key: UUID, text: str, name: str = "", email: str = ""
) -> Message:
    """The stored message. One that we have already costs nothing of the limits and changes nothing."""
    own = Message.objects.filter(ticket__customer__token_hash=token_hash, ticket__customer__widget=widget)
    known = own.filter(key=key, kind=Message.Kind.CUSTOMER).select_related("ticket__customer").first()
    if known:
        return known
    limits.spend_message(token_hash, address)
    with transaction.atomic():
        customer = _visitor(widget, token_hash, name, email)
        return receive_message(customer, text, key, ticket=customer.tickets.order_by("-pk").first())


def _visitor(widget: Widget, token_hash: str, name: str, email: str) -> Customer:
    """The token's bearer; a new one on their first message. What they leave out stays as it was."""
    customer, new = Customer.objects.get_or_create(
        token_hash=token_hash, defaults={"widget": widget, "name": name, "email": email}
    )
    if customer.widget_id != widget.pk:
        raise Http404("No conversation belongs to this token.")
    if not new and (name or email):
        customer.name, customer.email = customer.name or name, customer.email or email
        customer.save(update_fields=["name", "email"])
    return customer
