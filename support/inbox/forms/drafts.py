"""What an agent's page sends along when it asks for passages or for a draft."""

from django import forms

from kb.plain import encodable
from support.inbox.forms.replies import LONGEST, numbers
from support.models import Draft
from support.requesting import Choices

LONGEST_SEARCH = 500


class FindingForm(forms.Form):
    """Words to find passages by."""

    q = forms.CharField(required=False)

    def clean_q(self) -> str:
        return " ".join(encodable(self.cleaned_data["q"]).split())[:LONGEST_SEARCH]


class AddedForm(forms.Form):
    """The passages that an agent added beside a draft, by id, in the order in which they did."""

    draft = forms.IntegerField(required=False)
    added = forms.CharField(required=False)

    def clean_added(self) -> list[int]:
        return numbers(self.cleaned_data["added"])


class ChoicesForm(forms.Form):
    """The passages that an agent wants for the next draft, and those that they don't."""

    pinned = forms.CharField(required=False)
    excluded = forms.CharField(required=False)

    def choices(self) -> Choices:
        self.is_valid()
        return Choices(*(tuple(numbers(self.cleaned_data.get(kind, ""))) for kind in ("pinned", "excluded")))


class RewriteForm(forms.Form):
    """The agent's text as it stands, and how it is to be put."""

    how = forms.ChoiceField(choices=Draft.Rewrite.choices, error_messages={"required": "Choose how."})
    text = forms.CharField(max_length=LONGEST, required=False)
    draft = forms.IntegerField(required=False)
    language = forms.CharField(max_length=20, required=False)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")


class RejectionForm(forms.Form):
    """Why a draft is not wanted; without a reason it is just put away."""

    reason = forms.ChoiceField(choices=Draft.Rejection.choices, required=False)


class ComparisonForm(forms.Form):
    """Two generations of a draft, by id; without, the present one beside the one before it."""

    left = forms.IntegerField(required=False)
    right = forms.IntegerField(required=False)
