"""Replies as HTML: for agents as they were sent, for customers with the numbers of what supports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from support import rendering
from support.models import Message
from support.rendering import Stretch

if TYPE_CHECKING:
    from support.widget.conversation import Piece, Shown

register = template.Library()


@register.filter
def reply(message: Message) -> SafeString:
    """A reply as the desk shows it."""
    links = {citation.address for citation in message.citations.all()}
    return rendering.render(message.text, links, settings.REPLY_LINK_HOSTS)


@register.filter
def cited_reply(message: Shown) -> SafeString:
    """A reply as the widget shows it."""
    stretches = [_stretch(number, piece) for number, piece in enumerate(message.pieces)]
    return rendering.render_stretches(stretches, message.links, settings.REPLY_LINK_HOSTS)


def _stretch(number: int, piece: Piece) -> Stretch:
    if not piece.numbers:
        return Stretch(piece.text)
    markers = render_to_string("widget/_markers.html", {"sentence": number, "numbers": piece.numbers})
    return Stretch(piece.text, markers)
