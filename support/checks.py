"""Say at the start what is wrong with the settings of drafts and replies."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LIMITS = ("WIDGET_MESSAGES_PER_MINUTE", "WIDGET_ADDRESS_MESSAGES_PER_MINUTE")
# Of a pause that a burst of messages has; a customer who waits longer than a day has been forgotten.
LONGEST_DEBOUNCE_SECONDS = 24 * 60 * 60
HOST_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@register
def reply_links(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    wrong = [host for host in settings.REPLY_LINK_HOSTS if not HOST_NAME.fullmatch(host.strip())]
    if not wrong:
        return []
    hint = "Name hosts without scheme and path, separated by commas: help.example.com,www.example.com."
    return [Error(f"REPLY_LINK_HOSTS: “{wrong[0]}” is not a host.", hint=hint, id="support.E001")]


@register
def drafting(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not 0 <= settings.DRAFT_DEBOUNCE_SECONDS <= LONGEST_DEBOUNCE_SECONDS:
        hint = "How many seconds a customer has paused before a draft is begun; 0: at once."
        found.append(
            Error("DRAFT_DEBOUNCE_SECONDS is not between 0 and a day.", hint=hint, id="support.E002")
        )
    if not 0 <= settings.RELEVANCE_FLOOR <= 1:
        hint = "A probability: 0 tries every answer, 1 none; 0.35 is the default."
        found.append(Error("RELEVANCE_FLOOR is not between 0 and 1.", hint=hint, id="support.E003"))
    return found


@register
def widget_limits(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    hint = "How many messages a minute are taken; no customer could write with fewer than 1."
    return [
        Error(f"{name} is below 1.", hint=hint, id="support.E004")
        for name in LIMITS
        if getattr(settings, name) < 1
    ]
