"""Show what rests on a text before it goes, and go on once the admin has seen it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from kb.dependents import Impact
from kb.gates import ReaderRequest
from kb.models import Document

CONFIRMED = "confirmed"
NOT_REPEATED = ("csrfmiddlewaretoken", CONFIRMED)


def is_seen(request: ReaderRequest, impact: Impact) -> bool:
    """Nothing rests on it, or the admin was shown at least as much as there is now."""
    return impact.is_covered(request.POST.get(CONFIRMED, ""))


def asked(request: ReaderRequest, document: Document, impact: Impact, **texts: Any) -> HttpResponse:
    """The same request again, from a page that shows the impact. Texts: `title`, `what`, `button`."""
    repeated = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        "section": "documents",
        "document": document,
        "impact": impact,
        "repeated": [(name, value) for name, value in repeated if name not in NOT_REPEATED],
        **texts,
    }
    return render(request, "kb/confirm.html", context)
