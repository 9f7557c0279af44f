"""One passage, for admins: how it was cut, what is searched of it, and which questions find it.

The page is there at once; its questions, each of which is a search, are asked when it has been opened.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kb.finding import AMONG, MOST_ASKED, questions_for
from kb.gates import ReaderRequest, admins_only, document_for
from kb.models import Document, EmbeddingModel, Passage


@never_cache
@require_safe
@admins_only
def passage(request: ReaderRequest, document_id: int, passage_id: int) -> HttpResponse:
    document = document_for(request.user, document_id)
    found = _passage(document, passage_id)
    model = EmbeddingModel.objects.active()
    places = dict(document.passages.values_list("position", "pk"))
    context = {
        "section": "documents",
        "document": document,
        "passage": found,
        "passages": len(places),
        "place": found.position + 1,
        "before": places.get(found.position - 1),
        "after": places.get(found.position + 1),
        "tokens": model.embedder().count(found.indexed_text()) if not model.base_url else None,
        "embedded": found.embeddings.filter(model=model).exists(),
    }
    return render(request, "kb/passage.html", context)


@never_cache
@require_safe
@admins_only
def questions(request: ReaderRequest, document_id: int, passage_id: int) -> HttpResponse:
    """Part of the page; opened by itself, where scripts are off, it is a page of its own."""
    document = document_for(request.user, document_id)
    found = _passage(document, passage_id)
    asked = questions_for(found, request.user)
    context = {
        "section": "documents",
        "document": document,
        "passage": found,
        "place": found.position + 1,
        "asked": asked,
        "finding": [one for one in asked if one.place],
        "others": [one for one in asked if not one.place],
        "among": AMONG,
        "most": MOST_ASKED,
    }
    return render(request, "kb/_questions.html" if request.htmx else "kb/questions.html", context)


def _passage(document: Document, passage_id: int) -> Passage:
    return get_object_or_404(document.passages.select_related("document", "revision"), pk=passage_id)
