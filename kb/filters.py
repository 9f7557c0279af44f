"""Which documents the list shows, and how many wait for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Count, F, Func, Q, TextField
from django.db.models.functions import Now
from django.utils import timezone

from kb import categories
from kb.models import Audience, Document, DocumentQuerySet

NONE = "none"  # as a choice: those without one
STATUSES = [*Document.Status.choices, ("scheduled", "Scheduled"), ("expired", "Expired")]
MOST_TAGS = 200

Choices = Sequence[tuple[str, str]]


class Filters(forms.Form):
    """What isn't understood filters nothing. `whole` is what the reader may see at all."""

    q = forms.CharField(required=False, strip=True, label="Search by title")
    state = forms.ChoiceField(required=False, label="State")
    status = forms.ChoiceField(required=False, label="Status")
    audience = forms.ChoiceField(required=False, label="Audience")
    locale = forms.ChoiceField(required=False, label="Language")
    category = forms.ChoiceField(required=False, label="Category")
    tag = forms.ChoiceField(required=False, label="Tag")
    owner = forms.ChoiceField(required=False, label="Owner")
    review = forms.ChoiceField(required=False, label="Review")

    def __init__(self, data: Any, whole: DocumentQuerySet) -> None:
        super().__init__(data)
        self._choose("state", "Any state", Document.State.choices)
        self._choose("status", "Any status", STATUSES)
        self._choose("audience", "Any audience", Audience.choices)
        self._choose("locale", "Any language", _locales(whole))
        self._choose("category", "Any category", _categories())
        self._choose("tag", "Any tag", _tags(whole))
        self._choose("owner", "Any owner", _owners(whole))
        self._choose(
            "review", "Any review date", [("overdue", "Past their review date"), (NONE, "Without one")]
        )

    def _choose(self, name: str, every: str, choices: Choices) -> None:
        """What has nothing to choose from is not shown."""
        cast("forms.ChoiceField", self.fields[name]).choices = [("", every), *choices] if choices else []

    def shown(self) -> list[forms.BoundField]:
        """Those that have something to choose from."""
        return [field for field in self if field.name == "q" or len(field.field.choices) > 1]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def understood(self) -> bool:
        """All that is given; else more would be found than whoever gave it meant."""
        return self.is_valid() and set(self.data) <= set(self.fields)

    def apply(self, documents: DocumentQuerySet) -> DocumentQuerySet:
        chosen = self.chosen()
        found = documents
        for word in chosen.pop("q", "").split():
            found = found.filter(Q(title__icontains=word) | Q(reference__icontains=word))
        for name, value in chosen.items():
            found = found.filter(_condition(name, value))
        return found


def _condition(name: str, value: str) -> Q:
    if name == "category":
        return Q(category=None) if value == NONE else Q(category__in=categories.within([int(value)]))
    if name == "tag":
        return Q(tags__contains=[value])
    if name == "owner":
        return Q(owner=None) if value == NONE else Q(owner=int(value))
    if name == "locale":
        return Q(locale="" if value == NONE else value)
    if name == "review":
        return overdue() if value == "overdue" else Q(review_by=None)
    return _standing(value) if name == "status" else Q((name, value))


def _standing(value: str) -> Q:
    """As readers meet it: what is scheduled or has expired is not published now."""
    published = Q(status=Document.Status.PUBLISHED)
    over = Q(expire_at__isnull=False, expire_at__lte=Now())
    to_come = Q(publish_at__isnull=False, publish_at__gt=Now())
    if value == "expired":
        return published & over
    if value == "scheduled":
        return published & to_come & ~over
    return published & ~over & ~to_come if value == Document.Status.PUBLISHED else Q(status=value)


def overdue() -> Q:
    return Q(review_by__lt=timezone.localdate())


# What an admin has to do something about.
WAITING = ("state=failed", "review=overdue", "status=unpublished")


def waiting(documents: DocumentQuerySet) -> list[tuple[str, str, int]]:
    return [one for one in counts(documents) if one[0] in WAITING]


def counts(documents: DocumentQuerySet) -> list[tuple[str, str, int]]:
    """Documents that are not just searched: a filter, its name, and how many it shows, if any."""
    told = documents.aggregate(
        failed=Count("pk", filter=Q(state=Document.State.FAILED)),
        overdue=Count("pk", filter=overdue()),
        scheduled=Count("pk", filter=_standing("scheduled")),
        unpublished=Count("pk", filter=Q(status=Document.Status.UNPUBLISHED)),
        archived=Count("pk", filter=Q(status=Document.Status.ARCHIVED)),
    )
    named = [
        ("state=failed", "failed"),
        ("review=overdue", "overdue"),
        ("status=scheduled", "scheduled"),
        ("status=unpublished", "unpublished"),
        ("status=archived", "archived"),
    ]
    names = {"overdue": "past their review date"}
    return [(query, names.get(name, name), told[name]) for query, name in named if told[name]]


def _locales(whole: DocumentQuerySet) -> Choices:
    known = whole.order_by("locale").values_list("locale", flat=True).distinct()
    return [(locale or NONE, locale or "Not known") for locale in known]


def _categories() -> Choices:
    nodes = [(str(node.category.pk), node.path) for node in categories.tree()]
    return [*nodes, (NONE, "Without one")] if nodes else []


def _tags(whole: DocumentQuerySet) -> Choices:
    each = Func(F("tags"), function="unnest", output_field=TextField())
    known = whole.exclude(tags=[]).order_by().annotate(tag=each).values_list("tag", flat=True).distinct()
    return [(tag, tag) for tag in sorted(known[:MOST_TAGS], key=str.casefold)]


def _owners(whole: DocumentQuerySet) -> Choices:
    owners = whole.exclude(owner=None).order_by().values("owner").distinct()
    known = [(str(user.pk), str(user)) for user in get_user_model().objects.filter(pk__in=owners)]
    return [*sorted(known, key=lambda choice: choice[1]), (NONE, "Without one")] if known else []
