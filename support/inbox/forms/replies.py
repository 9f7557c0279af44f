"""What an agent's page sends along with a reply or a note."""

from django import forms

from kb.forms import whole_number

LONGEST = 20_000


class NoteForm(forms.Form):
    text = forms.CharField(
        max_length=LONGEST, error_messages={"required": "Write something first; nothing was sent."}
    )
    key = forms.UUIDField()


class ReplyForm(NoteForm):
    seen = forms.IntegerField(min_value=0)
    draft = forms.IntegerField(required=False)
    lost = forms.CharField(required=False)
    confirmed = forms.CharField(required=False)

    def clean_lost(self) -> list[int]:
        return numbers(self.cleaned_data["lost"])

    def clean_confirmed(self) -> list[int]:
        return numbers(self.cleaned_data["confirmed"])


def numbers(given: str) -> list[int]:
    """ "3,5" as numbers; what isn't one can't name anything."""
    found = map(whole_number, given.split(","))
    return [number for number in found if number is not None]
