from django.urls import path

from kb import model_pages, retrieval_pages, synonym_pages, views

urlpatterns = [
    path("documents/", views.documents, name="documents"),
    path("documents/rows/", views.document_rows, name="document-rows"),
    path("documents/upload/", views.upload, name="upload"),
    path("documents/<int:document_id>/", views.document, name="document"),
    path("documents/<int:document_id>/state/", views.document_state, name="document-state"),
    path("documents/<int:document_id>/original/", views.original, name="document-original"),
    path("documents/<int:document_id>/status/", views.change_status, name="document-status"),
    path("documents/<int:document_id>/audience/", views.change_audience, name="document-audience"),
    path("documents/<int:document_id>/retry/", views.retry, name="document-retry"),
    path("documents/<int:document_id>/delete/", views.delete, name="document-delete"),
    path("search/", views.search, name="search"),
    path("synonyms/", synonym_pages.synonyms, name="synonyms"),
    path("synonyms/<int:synonym_id>/", synonym_pages.change_synonym, name="change-synonym"),
    path("synonyms/<int:synonym_id>/remove/", synonym_pages.remove_synonym, name="remove-synonym"),
    path("retrieval/", retrieval_pages.try_retrieval, name="try-retrieval"),
    path("retrieval/label/", retrieval_pages.label, name="label-question"),
    path("retrieval/questions/", retrieval_pages.labelled_questions, name="labelled-questions"),
    path("retrieval/questions/<int:question_id>/remove/", retrieval_pages.unlabel, name="unlabel-question"),
    path("retrieval/run/", retrieval_pages.start_run, name="start-run"),
    path("retrieval/runs/", retrieval_pages.run_progress, name="run-progress"),
    path("models/", model_pages.models, name="models"),
    path("models/progress/", model_pages.progress, name="model-progress"),
    path("models/start/", model_pages.start, name="model-start"),
    path("models/activate/", model_pages.activate, name="model-activate"),
    path("models/compare/", model_pages.compare, name="model-compare"),
    path("models/<int:model_id>/retire/", model_pages.retire, name="model-retire"),
]
