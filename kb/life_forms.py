"""What admins may change about a document besides its text, one at a time or many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kb import categories, lifecycle, locales
from kb.forms import whole_number, whole_numbers
from kb.lifecycle import Refused, tags_of
from kb.models import Audience, BulkChange, Category, Document

MOST_SUGGESTED = 300
MOST_AT_ONCE = 10_000
INPUT = {"class": "input"}
AS_TYPED = "%Y-%m-%dT%H:%M"
DETAILS = [name for name in lifecycle.FIELDS if name != "translation_of"]  # linking has a form of its own


def _users() -> QuerySet[Any]:
    return get_user_model().objects.filter(is_active=True).order_by("pk")


class CategoryField(forms.ChoiceField):
    """Each by its path; none is a choice, too."""

    widget = forms.Select(attrs=INPUT)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, choices=_category_choices, **kwargs)

    def clean(self, value: Any) -> Category | None:
        chosen = whole_number(str(super().clean(value) or ""))
        return Category.objects.filter(pk=chosen).first() if chosen else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


def _category_choices() -> list[tuple[str, str]]:
    return [("", "None"), *((str(node.category.pk), node.path) for node in categories.tree())]


class TimeField(forms.DateTimeField):
    widget = forms.DateTimeInput(attrs={**INPUT, "type": "datetime-local"}, format=AS_TYPED)


class TagsField(forms.CharField):
    widget = forms.TextInput(attrs={**INPUT, "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        try:
            tags = tags_of(str(super().clean(value)))
        except Refused as refused:
            raise ValidationError(str(refused)) from None
        if self.required and not tags:
            raise ValidationError(self.error_messages["required"], code="required")
        return tags


class LocaleInput(forms.TextInput):
    """Those that documents have are suggested, wherever it stands."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        known = f"known-{name}"
        options = format_html_join("", '<option value="{}"></option>', ((one,) for one in known_locales()))
        field = super().render(name, value, {**(attrs or {}), "list": known}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, known, options)


class LocaleField(forms.CharField):
    """A language by its code; empty: as the file says, or its words tell."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {**INPUT, "autocomplete": "off", "placeholder": "en"}
        widget = LocaleInput(attrs=attrs)
        super().__init__(required=False, max_length=20, label="Language", widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        try:
            return locales.code_of(str(super().clean(value)))
        except ValueError as error:
            raise ValidationError(str(error)) from None


class WhyField(forms.CharField):
    """What the history tells beside who and when."""

    widget = forms.TextInput(attrs={**INPUT, "autocomplete": "off"})

    def __init__(self, help_text: str) -> None:
        super().__init__(required=False, max_length=300, label="Why", help_text=help_text)


class DetailsForm(forms.Form):
    """Only what the admin changed is changed; the values that the page showed come back with it."""

    status = forms.ChoiceField(choices=Document.Status.choices, widget=forms.Select(attrs=INPUT))
    audience = forms.ChoiceField(choices=Audience.choices, widget=forms.Select(attrs=INPUT))
    locale = LocaleField(
        help_text="Its code, without a country. Left empty, it is what the file or its words tell."
    )
    publish_at = TimeField(required=False, label="Publish at")
    expire_at = TimeField(required=False, label="Expires at")
    category = CategoryField()
    tags = TagsField(required=False, help_text="With commas between them.")
    owner = forms.ModelChoiceField(
        _users(), required=False, empty_label="Nobody", widget=forms.Select(attrs=INPUT)
    )
    review_by = forms.DateField(
        required=False,
        label="Review by",
        help_text="From the day after, it is listed as past its review date.",
        widget=forms.DateInput(attrs={**INPUT, "type": "date"}, format="%Y-%m-%d"),
    )
    why = WhyField("For the history.")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, document: Document, data: Any = None) -> None:
        super().__init__(data, initial=_as_shown(document))
        self.document = document
        for name in DETAILS:
            self.fields[name].show_hidden_initial = True
        for name in lifecycle.TIMES:
            self.fields[name].help_text = f"Date and time in {settings.TIME_ZONE}. To the minute, by itself."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("publish_at") and data.get("status") != Document.Status.PUBLISHED:
            self.add_error(
                "publish_at", "Choose the status “published” as well: nobody sees it before its time."
            )
        return data

    def wanted(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name in DETAILS}


def named(given: str) -> Document:
    """The document of this reference or title."""
    given = given.strip()
    if found := Document.objects.filter(reference=given).first():
        return found
    titled = list(Document.objects.filter(title__iexact=given)[:2])
    if len(titled) == 1:
        return titled[0]
    if titled:
        raise ValidationError("Several documents have this title: give the reference.")
    raise ValidationError("No document has this title or reference.")


def _as_shown(document: Document) -> dict[str, Any]:
    return {
        "locale": document.locale,
        "status": document.status,
        "audience": document.audience,
        "publish_at": document.publish_at,
        "expire_at": document.expire_at,
        "category": document.category_id or "",
        "tags": ", ".join(document.tags),
        "owner": document.owner_id,
        "review_by": document.review_by,
        "seen": lifecycle.last_change(document),
    }


def originals(document: Document) -> list[str]:
    """References that are suggested to be what it was translated from."""
    others = Document.objects.filter(translation_of=None).exclude(pk=document.pk)
    return list(others.exclude(locale=document.locale).values_list("reference", flat=True)[:MOST_SUGGESTED])


def known_locales() -> list[str]:
    """Those that documents have."""
    known = Document.objects.exclude(locale="").order_by("locale").values_list("locale", flat=True)
    return list(known.distinct())


class SiblingForm(forms.Form):
    """Another document, to be linked as the same article in another language."""

    sibling = forms.CharField(
        label="Link a document",
        help_text="Its reference or its title: the same article in another language.",
        widget=forms.TextInput(attrs={**INPUT, "list": "originals", "autocomplete": "off"}),
        error_messages={"required": "Name the document to link first."},
    )

    def clean_sibling(self) -> Document:
        return named(str(self.cleaned_data["sibling"]))


@dataclass(frozen=True)
class Asking:
    """Of an action for many: what the page says before, what it changes by itself, and what it asks for;
    those that ask for something explain themselves."""

    told: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    asks_for: str = ""
    keeps_history: bool = True


Action = BulkChange.Action
ASKING = {
    Action.PUBLISH: Asking(
        "They are searched from now on, and replies rest on them; scheduled ones in their time.",
        {"status": Document.Status.PUBLISHED},
    ),
    Action.UNPUBLISH: Asking(
        "No search finds them any more, and no reply rests on them, until they are published again.",
        {"status": Document.Status.UNPUBLISHED},
    ),
    Action.ARCHIVE: Asking("They are kept, and no longer searched.", {"status": Document.Status.ARCHIVED}),
    Action.PUBLIC: Asking("Customers may read them in replies.", {"audience": Audience.PUBLIC}),
    Action.INTERNAL: Asking(
        "Only agents read them, and no reply to a customer rests on them.", {"audience": Audience.INTERNAL}
    ),
    Action.CATEGORY: Asking(asks_for="category"),
    Action.ADD_TAGS: Asking(asks_for="tags"),
    Action.REMOVE_TAGS: Asking(asks_for="tags"),
    Action.LOCALE: Asking(asks_for="locale"),
    Action.OWNER: Asking(asks_for="owner"),
    Action.REVIEW: Asking(asks_for="review_by"),
    Action.READ: Asking(
        "Their files are read once more. Until that is done, the text that is there answers.",
        keeps_history=False,
    ),
    Action.DELETE: Asking(
        "Their passages are not found from this moment on. Their revisions, history and original files are "
        "removed for good; replies that were sent keep their quotes. To take them out of the search and keep "
        "them, archive them instead.",
        keeps_history=False,
    ),
}


class BulkForm(forms.Form):
    """One action for the documents that were selected, with what it needs to know."""

    category = CategoryField()
    locale = LocaleField(
        help_text="Its code, without a country. Left empty, each gets what its file or its words tell."
    )
    tags = TagsField(help_text="With commas between them.", error_messages={"required": "Write a tag first."})
    owner = forms.ModelChoiceField(
        _users(), required=False, empty_label="Nobody", widget=forms.Select(attrs=INPUT)
    )
    review_by = forms.DateField(
        required=False, label="Review by", widget=forms.DateInput(attrs={**INPUT, "type": "date"})
    )
    why = WhyField("For their history.")

    def __init__(self, action: Action, data: Any = None) -> None:
        super().__init__(data)
        self.asking = ASKING[action]
        asked = {self.asking.asks_for} | ({"why"} if self.asking.keeps_history else set())
        for name in [name for name in self.fields if name not in asked]:
            del self.fields[name]

    def given(self) -> Mapping[str, Any]:
        """What the action changes, or needs to know for it."""
        asked = {name: value for name, value in self.cleaned_data.items() if name != "why"}
        return asked or self.asking.changes

    def reason(self) -> str:
        """As the history tells it."""
        return str(self.cleaned_data.get("why", ""))


def selected(data: Any) -> tuple[list[int], int]:
    """The documents that a page named, with blanks between them; and how many are too many."""
    named = whole_numbers(" ".join(cast("Sequence[str]", data.getlist("documents"))))
    return named[:MOST_AT_ONCE], len(named[MOST_AT_ONCE:])
