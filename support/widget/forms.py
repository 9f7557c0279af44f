"""What a visitor sends, as JSON: a message, its key, and who they are if they like.

Says in a sentence what is wrong with it.
"""

import json
import unicodedata
from typing import Any

from django import forms
from django.http import HttpRequest

from support.receiving import LONGEST_MESSAGE

# A character takes at most twelve bytes in JSON.
BODY_LIMIT = 12 * LONGEST_MESSAGE + 4096
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Text(forms.CharField):
    """As written; what can't be stored is `receive_message`'s to take out."""

    def to_python(self, value: Any) -> str:
        return value.replace("\x00", "").strip() if isinstance(value, str) else ""


class Line(forms.CharField):
    """One line, without controls and marks that turn the direction: it stands beside words of ours."""

    def to_python(self, value: Any) -> str:
        text = " ".join(value.split()) if isinstance(value, str) else ""
        return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs") and c not in TURNING)


class MessageForm(forms.Form):
    key = forms.UUIDField(
        error_messages={"required": "The message has no key.", "invalid": "The message has no valid key."}
    )
    text = Text(
        max_length=LONGEST_MESSAGE,
        error_messages={
            "required": "Write a message first.",
            "max_length": f"Please shorten the message to {LONGEST_MESSAGE:,} characters.",
        },
    )
    name = Line(required=False, max_length=200, error_messages={"max_length": "Please shorten the name."})
    email = forms.EmailField(
        required=False, error_messages={"invalid": "The e-mail address isn’t complete: name@example.com."}
    )

    def problem(self) -> str:
        """The first thing to mend."""
        return next(str(errors[0]) for errors in self.errors.values())


def message_form(request: HttpRequest) -> MessageForm:
    """The form of the request's JSON; anything else is an empty form, which says what is missing."""
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        sent = {}
    return MessageForm(sent if isinstance(sent, dict) else {})
