"""What an agent's page sends along with a reply or a note."""

import json

from django import forms
from django.core.exceptions import ValidationError

from kb.forms import whole_number
from support.offering import MOST_NUMBERS
from support.rendering import shows_something

LONGEST = 20_000
EMPTY = "Write something first; nothing was sent."


class NoteForm(forms.Form):
    text = forms.CharField(max_length=LONGEST, error_messages={"required": EMPTY})
    key = forms.UUIDField()

    def clean_text(self) -> str:
        """Places in it are counted, so a line ends in one way."""
        text: str = self.cleaned_data["text"]
        if not shows_something(text):
            raise ValidationError(EMPTY)
        return text.replace("\r\n", "\n")


class CheckForm(forms.Form):
    """A text as it stands while it is being written; it may be empty."""

    text = forms.CharField(max_length=LONGEST, required=False)
    draft = forms.IntegerField(required=False)
    passages = forms.CharField(required=False)

    def clean_passages(self) -> list[int]:
        return added(self.cleaned_data["passages"])


class ReplyForm(NoteForm):
    draft = forms.IntegerField(required=False)
    passages = forms.CharField(required=False)
    seen = forms.IntegerField(min_value=0)
    lost = forms.CharField(required=False)
    draft_state = forms.CharField(required=False)
    checked = forms.CharField(required=False)

    def clean_passages(self) -> list[int]:
        return added(self.cleaned_data["passages"])

    def clean_lost(self) -> list[int]:
        return numbers(self.cleaned_data["lost"])

    def clean_checked(self) -> list[str]:
        """Sentences; what is none can't be among those that are sent."""
        try:
            given = json.loads(self.cleaned_data["checked"] or "[]")
        except (ValueError, RecursionError):
            return []
        return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


def numbers(given: str) -> list[int]:
    """ "3,5" as numbers; what isn't one can't name anything."""
    found = map(whole_number, given.split(","))
    return [number for number in found if number is not None]


def added(given: str) -> list[int]:
    """The passages that an agent added; more than can be offered at all are not looked for."""
    return list(dict.fromkeys(numbers(given)))[:MOST_NUMBERS]
