"""What readers and admins of the knowledge base may ask of its pages."""

from __future__ import annotations

import unicodedata
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from kb import categories
from kb.extract import kinds
from kb.models import Audience, Document

AUDIENCES = [
    (Audience.PUBLIC.value, "Public: customers may read it in replies"),
    (Audience.INTERNAL.value, "Internal: only agents may read it"),
]


def whole_number(given: str) -> int | None:
    """What a page sends to name a row; None for what names none, however long it is."""
    given = given.strip()
    return int(given) if given.isdecimal() and len(given) < 19 else None


def whole_numbers(given: str) -> list[int]:
    """Several, with blanks between them; each once, in the order that they were named in."""
    return [one for one in dict.fromkeys(map(whole_number, given.split())) if one is not None]


def size_shown(size: int) -> str:
    """25 MB, not 25.0 MB."""
    return filesizeformat(size).replace(".0\xa0", "\xa0")


def too_large(size: int) -> str:
    """The message for a file that is over the limit."""
    limit = size_shown(settings.UPLOAD_LIMIT)
    return f"The file has {size_shown(size)}, and {limit} is the limit: split it, or leave out pictures."


class UploadForm(forms.Form):
    """One file. The page sends each file by itself, so that a bad one doesn't stop the others."""

    file = forms.FileField(
        label="Files",
        max_length=255,
        allow_empty_file=True,  # the reading says what is wrong with it, in its row
        widget=forms.FileInput(attrs={"accept": ",".join([*kinds.BY_SUFFIX, kinds.ARCHIVE])}),
        error_messages={"required": "Choose a file first."},
    )
    audience = forms.ChoiceField(
        choices=AUDIENCES, initial=Audience.PUBLIC, widget=forms.RadioSelect, label="Who may read them"
    )

    def clean_file(self) -> UploadedFile[Any]:
        file = cast("UploadedFile[Any]", self.cleaned_data["file"])
        if (file.size or 0) > settings.UPLOAD_LIMIT:
            raise ValidationError(too_large(file.size or 0))
        if not kinds.is_readable(file.name or ""):
            raise ValidationError(f"This kind of file can’t be read. {kinds.READABLE}.")
        return file

    def reference(self) -> str:
        """The file's own name, in one spelling whatever system it came from, without what can't be seen."""
        return kinds.without_unseen(unicodedata.normalize("NFC", self.cleaned_data["file"].name)).strip()

    def audience_to_set(self) -> Audience | None:
        """An upload can make a document internal, never public: an internal one stays internal."""
        return Audience.INTERNAL if self.cleaned_data["audience"] == Audience.INTERNAL else None

    def why_refused(self) -> str:
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


class SearchForm(forms.Form):
    q = forms.CharField(required=False, strip=True, max_length=2000, label="Question")
    audience = forms.ChoiceField(
        required=False,
        choices=[(Audience.PUBLIC.value, "As customers see it"), (Audience.INTERNAL.value, "Everything")],
        label="Search in",
    )

    def question(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("q", ""))

    def audience_asked(self) -> Audience:
        self.is_valid()
        return Audience(self.cleaned_data.get("audience") or Audience.PUBLIC)


class TryForm(SearchForm):
    """A question to try, in the place of whoever would ask it."""

    locale = forms.ChoiceField(required=False, label="Language")
    category = forms.ChoiceField(required=False, label="Category")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = (
            Document.objects.exclude(locale="").order_by("locale").values_list("locale", flat=True).distinct()
        )
        field = cast("forms.ChoiceField", self.fields["locale"])
        field.choices = [("", "Any language"), *((locale, locale) for locale in known)]
        sorted_into = [(str(node.category.pk), node.path) for node in categories.tree()]
        cast("forms.ChoiceField", self.fields["category"]).choices = [("", "Any category"), *sorted_into]

    def asked(self) -> tuple[str, Audience, str]:
        return self.question(), self.audience_asked(), str(self.cleaned_data.get("locale") or "")

    def categories(self) -> list[int] | None:
        """What it is searched in; None: everywhere."""
        self.is_valid()
        chosen = self.cleaned_data.get("category")
        return [int(chosen)] if chosen else None

    def asked_again(self) -> dict[str, str]:
        """The same question as the page's address names it."""
        question, audience, locale = self.asked()
        category = str(self.cleaned_data.get("category") or "")
        asked = {"q": question, "audience": audience.value, "locale": locale}
        return asked | ({"category": category} if category else {})


class LabelForm(TryForm):
    """A tried question, and the document that answers it; none: nothing does."""

    document = forms.ModelChoiceField(
        Document.objects.all(),
        required=False,
        error_messages={"invalid_choice": "This document is gone: try the question again."},
    )

    def clean_q(self) -> str:
        question = str(self.cleaned_data["q"])
        if not question:
            raise ValidationError("Write a question first.")
        return question

    def why_refused(self) -> str:
        return " ".join(str(error) for errors in self.errors.values() for error in errors)
