"""What an agent's page sends along about a ticket's tags and priority, and about what is suggested."""

from django import forms

from support.models import Priority, Tag


class SuggestionsForm(forms.Form):
    """`what`: "priority", a tag's id, or empty for all of them; `seen`: which suggestions the page shows."""

    do = forms.ChoiceField(choices=[("take", "Take"), ("dismiss", "Dismiss")])
    what = forms.CharField(max_length=20, required=False)
    seen = forms.CharField(max_length=40)


class AboutForm(forms.Form):
    """Priority and tags as chosen, and as they were when the dialog opened: only the difference counts."""

    priority = forms.ChoiceField(choices=Priority.choices)
    was_priority = forms.ChoiceField(choices=Priority.choices)
    tags = forms.ModelMultipleChoiceField(Tag.objects.all(), required=False)
    were_tags = forms.ModelMultipleChoiceField(Tag.objects.all(), required=False)

    def new_priority(self) -> Priority | None:
        chosen = Priority(self.cleaned_data["priority"])
        return chosen if chosen != self.cleaned_data["was_priority"] else None

    def added(self) -> list[Tag]:
        return [tag for tag in self.cleaned_data["tags"] if tag not in self.cleaned_data["were_tags"]]

    def removed(self) -> list[Tag]:
        return [tag for tag in self.cleaned_data["were_tags"] if tag not in self.cleaned_data["tags"]]
