"""Documents of releases that kept a language with its country ("en-us") get the language alone, as newer ones
have it. The words of their passages stay the same; what is counted of them is counted with the language's,
and their weights are made anew with its average length (`kb.tasks.reindex_words`). Siblings that are in one
language then are linked no more."""

from django.db import migrations

CODE = "coalesce(substring(lower(btrim({0})) from '^([a-z]{{2,3}})([-_.@].*)?$'), {0})"


def _code(column: str) -> str:
    return CODE.format(column)


DOCUMENTS = f"{_code('locale')} <> locale"
MOVED = [
    f"""
    UPDATE kb_passage SET words_version = 0 FROM kb_document AS document
    WHERE document.id = kb_passage.document_id AND {_code("document.locale")} <> document.locale
    """,
    f"""
    INSERT INTO kb_lexemecount AS known (locale, lexeme, passages, heaviest)
    SELECT {_code("locale")}, lexeme, sum(passages), max(heaviest) FROM kb_lexemecount
    WHERE {DOCUMENTS} GROUP BY 1, 2
    ON CONFLICT (locale, lexeme) DO UPDATE
    SET passages = known.passages + excluded.passages, heaviest = greatest(known.heaviest, excluded.heaviest)
    """,
    f"DELETE FROM kb_lexemecount WHERE {DOCUMENTS}",
    f"""
    INSERT INTO kb_lexicalstatistics AS known (locale, passages, lexemes, average_length, version)
    SELECT {_code("locale")}, sum(passages), sum(lexemes), max(average_length), 0 FROM kb_lexicalstatistics
    WHERE {DOCUMENTS} GROUP BY 1
    ON CONFLICT (locale) DO UPDATE
    SET passages = known.passages + excluded.passages, lexemes = known.lexemes + excluded.lexemes, version = 0
    """,
    f"DELETE FROM kb_lexicalstatistics WHERE {DOCUMENTS}",
    # Siblings that would be in one language then: the original stays, else the oldest.
    f"""
    WITH alone AS (
        SELECT newer.id, original.id AS original,
        coalesce(nullif(original.title, ''), original.reference) AS name
        FROM kb_document AS newer JOIN kb_document AS original ON original.id = newer.translation_of_id
        WHERE EXISTS (
            SELECT FROM kb_document AS older
            WHERE original.id IN (older.id, older.translation_of_id)
            AND (older.id = original.id OR older.id < newer.id)
            AND older.locale <> newer.locale AND {_code("older.locale")} = {_code("newer.locale")}
        )
    ), told AS (
        INSERT INTO kb_documentchange (document_id, why, was, became, created)
        SELECT id, 'Languages are kept without a country: both are in the same one',
        jsonb_build_object('translation_of', jsonb_build_object('id', original, 'name', name)),
        '{{"translation_of": null}}', now() FROM alone
    )
    UPDATE kb_document SET translation_of_id = NULL FROM alone WHERE kb_document.id = alone.id
    """,
    f"""
    UPDATE kb_document SET locale = {_code("locale")}, read_locale = {_code("read_locale")}
    WHERE {DOCUMENTS} OR {_code("read_locale")} <> read_locale
    """,
    # A line of the list that stands there for the language already is not needed twice.
    f"""
    DELETE FROM kb_synonym AS line USING kb_synonym AS other
    WHERE {_code("line.locale")} <> line.locale AND other.id <> line.id
    AND {_code("other.locale")} = {_code("line.locale")}
    AND other.words = line.words AND other.means = line.means
    AND ({_code("other.locale")} = other.locale OR other.id < line.id)
    """,
    f"UPDATE kb_synonym SET locale = {_code('locale')} WHERE {DOCUMENTS}",
]


class Migration(migrations.Migration):
    dependencies = [("kb", "0023_bulk_changes")]

    operations = [migrations.RunSQL(MOVED, migrations.RunSQL.noop)]
