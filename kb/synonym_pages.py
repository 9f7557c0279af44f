"""The synonyms' page, for admins: a list, kept line by line, that the next search goes by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kb.gates import ReaderRequest, admins_only
from kb.models import Document, Synonym
from kb.synonyms import MOST_WORDS, BadLine, Rule, parse

A_PAGE = 100
MOST_LINES = 5_000
LONGEST_LIST = 500_000
# Of many bad lines, so many are told.
TOLD = 20
EVERY_LANGUAGE = "All languages"


class LinesForm(forms.Form):
    """Lines of a list. One that can't be read keeps all from being stored, and the text stays as it is."""

    lines = forms.CharField(
        label="Lines to add",
        max_length=LONGEST_LIST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        error_messages={"required": "Write a line first."},
    )
    locale = forms.ChoiceField(label="For documents in", required=False, widget=forms.Select)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["locale"])
        field.choices = [("", EVERY_LANGUAGE), *((locale, locale) for locale in _locales())]
        field.widget.attrs["class"] = "input"
        described_by = "lines-help lines-errors" if self.is_bound and self.errors else "lines-help"
        self.fields["lines"].widget.attrs["aria-describedby"] = described_by

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "lines" in data and "locale" in data:
            data["rules"] = self._rules(data["lines"], data["locale"])
        return data

    def _rules(self, text: str, locale: str) -> list[Rule]:
        """A line that is empty or begins with # says nothing."""
        rules, problems = [], []
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                if line.strip() and not line.lstrip().startswith("#"):
                    rules.append(parse(line.strip(), locale))
            except BadLine as error:
                problems.append(f"Line {number}: {error}")
        if not rules and not problems:
            problems = ["Write a line first."]
        if len(problems) > TOLD:
            problems[TOLD:] = [f"{len(problems) - TOLD} more lines can’t be read."]
        if problems:
            self.add_error("lines", cast("Any", [ValidationError(problem) for problem in problems]))
        return rules


class LineForm(LinesForm):
    """One line, to be changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].label = "Line"
        self.fields["lines"].widget.attrs["rows"] = 3

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if len(data.get("rules", ())) > 1:
            self.add_error("lines", "This is one line: add others to the list.")
        return data


def _locales() -> list[str]:
    """In which something is written, or was when a line was added."""
    documents = Document.objects.order_by("locale").values_list("locale", flat=True).distinct()
    lines = Synonym.objects.order_by("locale").values_list("locale", flat=True).distinct()
    return sorted({*documents, *lines} - {""})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def synonyms(request: ReaderRequest) -> HttpResponse:
    form = LinesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if problem := _add(request, form.cleaned_data["rules"]):
            form.add_error("lines", problem)
        else:
            return redirect("synonyms")
    words = request.GET.get("q", "").strip()
    page = Paginator(_found(words), A_PAGE).get_page(request.GET.get("page"))
    context = {"section": "synonyms", "form": form, "page": page, "q": words, "any": Synonym.objects.exists()}
    return render(request, "kb/synonyms.html", context, status=422 if form.errors else 200)


def _found(words: str) -> Any:
    found = Synonym.objects.all()
    for word in words.replace("\x00", " ").split()[:10]:
        found = found.filter(Q(words__icontains=word) | Q(means__icontains=word))
    return found


def _add(request: ReaderRequest, rules: Sequence[Rule]) -> str:
    """What keeps these lines from being added; "": they are."""
    wanted = list(dict.fromkeys(rules))
    there = set(map(Synonym.rule, Synonym.objects.all()))
    new = [rule for rule in wanted if rule not in there]
    if len(there) + len(new) > MOST_LINES:
        return (
            f"There would be {len(there) + len(new)} lines, and {MOST_LINES} is the limit. Remove some first."
        )
    written = sum(len(rule.words) + len(rule.means) for rule in (*there, *new))
    if new and written > MOST_WORDS:
        return f"There would be {written} words, and {MOST_WORDS} is the limit. Remove some lines first."
    Synonym.objects.bulk_create(
        (Synonym(locale=rule.locale, words=list(rule.words), means=list(rule.means)) for rule in new),
        ignore_conflicts=True,
    )
    messages.success(request, _said(len(new), len(rules) - len(new)))
    return ""


def _said(added: int, known: int) -> str:
    if not added:
        return "Nothing was added: all of it is in the list already."
    lines, them = ("line", "it") if added == 1 else ("lines", "them")
    told = f"{added} {lines} added: the next search goes by {them}."
    return f"{told} {known} {'was' if known == 1 else 'were'} there already." if known else told


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admins_only
def change_synonym(request: ReaderRequest, synonym_id: int) -> HttpResponse:
    synonym = get_object_or_404(Synonym, pk=synonym_id)
    form = LineForm(request.POST or None, initial={"lines": str(synonym), "locale": synonym.locale})
    if request.method == "POST" and form.is_valid():
        if _change(synonym, form.cleaned_data["rules"][0]):
            messages.success(request, "Changed: the next search goes by it.")
            return redirect("synonyms")
        form.add_error("lines", "This line is in the list already. Remove one of the two.")
    context = {"section": "synonyms", "form": form, "synonym": synonym}
    return render(request, "kb/synonym.html", context, status=422 if form.errors else 200)


def _change(synonym: Synonym, rule: Rule) -> bool:
    """False, if another line says the same."""
    synonym.locale, synonym.words, synonym.means = rule.locale, list(rule.words), list(rule.means)
    try:
        with transaction.atomic():
            synonym.save()
    except IntegrityError:
        return False
    return True


@require_POST
@admins_only
def remove_synonym(request: ReaderRequest, synonym_id: int) -> HttpResponse:
    """Says what it was, so that it can be added again."""
    synonym = get_object_or_404(Synonym, pk=synonym_id)
    synonym.delete()
    messages.success(request, f"Removed from the list: {synonym}")
    return redirect("synonyms")
