"""What an admin says of a prompt: a new version of it, and past tickets to try one on."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError

from support import dry_runs
from support.prompts import Prompt, guards
from support.prompts.doubts import doubts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.dry_runs import Asked

LONGEST_WHY = 300


class VersionForm(forms.Form):
    """The text as it shall be, and why it is changed."""

    text = forms.CharField(
        label="Text",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": "Write something first: an empty text tells the model nothing."},
    )
    why = forms.CharField(
        label="Why",
        max_length=LONGEST_WHY,
        help_text="For whoever reads the history: what was wrong, or who asked for it.",
        error_messages={"required": "Say in a few words why it is changed."},
    )

    def __init__(self, prompt: Prompt, before: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prompt, self._before = prompt, before
        self.doubts: list[str] = []
        self.doubted = ""

    def clean(self) -> dict[str, Any]:
        """Doubts are shown once; who sends the same text again has read them."""
        text = self.cleaned_data.get("text")
        if text is None:
            return self.cleaned_data
        self.doubts, self.doubted = doubts(self._prompt, text), fingerprint(text)
        if self.doubts and self.data.get("doubted") != self.doubted:
            raise ValidationError("Read what is doubtful in it, then change it or keep it all the same.")
        return self.cleaned_data

    def clean_text(self) -> str:
        text = guards.clean(self.cleaned_data["text"])
        if problems := guards.problems(self._prompt, text):
            raise ValidationError(list(problems))
        if text == guards.clean(self._before):
            raise ValidationError("Nothing is changed yet: this is the text that you began with.")
        return text


def fingerprint(text: str) -> str:
    """Names a text, so that a second look is at the same one."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class TryForm(forms.Form):
    """Past tickets to draft anew."""

    tickets = forms.MultipleChoiceField(
        label="Tickets",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one ticket that somebody has replied to.",
            "invalid_choice": "One of these tickets can’t be drafted anew: choose again.",
        },
    )

    def __init__(self, answered: Sequence[Asked], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answered = {str(one.ticket.pk): one for one in answered}
        field = cast("forms.MultipleChoiceField", self.fields["tickets"])
        field.choices = [(pk, one.ticket.subject) for pk, one in self._answered.items()]
        field.initial = list(self._answered)[: dry_runs.USUAL_TICKETS]

    def chosen(self) -> list[Asked]:
        return [self._answered[pk] for pk in self.cleaned_data["tickets"]]
