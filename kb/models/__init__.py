"""The knowledge base's rows: documents and their lives, words, vectors, labelled questions."""

from kb.models.bulk import BulkChange, BulkItem
from kb.models.documents import (
    LEXICAL_DIMENSIONS,
    REFERENCE_LENGTH,
    Audience,
    Category,
    Document,
    DocumentChange,
    DocumentQuerySet,
    Edit,
    Image,
    PageOfOriginal,
    Passage,
    PassageQuerySet,
    Revision,
    image_name,
    is_admin,
    upload_name,
)
from kb.models.duplicates import Duplicate, DuplicateSearch
from kb.models.embedding import (
    Embedding,
    EmbeddingModel,
    EmbeddingModelQuerySet,
    IndexShortfall,
    served_by_settings,
)
from kb.models.labelled import LabelledQuestion, LabelledRun
from kb.models.words import MOST_WEIGHT, LexemeCount, LexicalStatistics, Synonym

__all__ = [
    "LEXICAL_DIMENSIONS",
    "MOST_WEIGHT",
    "REFERENCE_LENGTH",
    "Audience",
    "BulkChange",
    "BulkItem",
    "Category",
    "Document",
    "DocumentChange",
    "DocumentQuerySet",
    "Duplicate",
    "DuplicateSearch",
    "Edit",
    "Embedding",
    "EmbeddingModel",
    "EmbeddingModelQuerySet",
    "Image",
    "IndexShortfall",
    "LabelledQuestion",
    "LabelledRun",
    "LexemeCount",
    "LexicalStatistics",
    "PageOfOriginal",
    "Passage",
    "PassageQuerySet",
    "Revision",
    "Synonym",
    "image_name",
    "is_admin",
    "served_by_settings",
    "upload_name",
]
