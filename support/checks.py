"""Say at the start what is wrong with the settings of drafts and replies."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

HOST_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@register
def reply_links(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    wrong = [host for host in settings.REPLY_LINK_HOSTS if not HOST_NAME.fullmatch(host.strip())]
    if not wrong:
        return []
    hint = "Name hosts without scheme and path, separated by commas: help.example.com,www.example.com."
    return [Error(f"REPLY_LINK_HOSTS: “{wrong[0]}” is not a host.", hint=hint, id="support.E001")]
