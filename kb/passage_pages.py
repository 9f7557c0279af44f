"""One passage, for admins: how it was cut, what is searched of it, and which questions find it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kb.finding import AMONG, MOST_ASKED, questions_for
from kb.gates import ReaderRequest, admins_only, document_for
from kb.models import EmbeddingModel


@never_cache
@require_safe
@admins_only
def passage(request: ReaderRequest, document_id: int, passage_id: int) -> HttpResponse:
    document = document_for(request.user, document_id)
    found = get_object_or_404(document.passages.select_related("document", "revision"), pk=passage_id)
    model = EmbeddingModel.objects.active()
    context = {
        "section": "documents",
        "document": document,
        "passage": found,
        "passages": document.passages.count(),
        "place": found.position + 1,
        "tokens": model.embedder().count(found.indexed_text()) if not model.base_url else None,
        "embedded": found.embeddings.filter(model=model).exists(),
        "asked": questions_for(found, request.user),
        "among": AMONG,
        "most": MOST_ASKED,
    }
    return render(request, "kb/passage.html", context)
