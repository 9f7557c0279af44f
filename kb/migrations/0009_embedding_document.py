from django.db import migrations, models

# Whether a vector may be looked at hangs on its document, so no writer is trusted to name it: the database
# takes the passage's own.
FILL_IN = """
    CREATE FUNCTION kb_embedding_document() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        SELECT document_id INTO NEW.document_id FROM kb_passage WHERE id = NEW.passage_id;
        RETURN NEW;
    END $$;
    CREATE TRIGGER kb_embedding_document BEFORE INSERT OR UPDATE OF passage_id, document_id ON kb_embedding
    FOR EACH ROW EXECUTE FUNCTION kb_embedding_document();
"""
LEAVE_OUT = """
    DROP TRIGGER kb_embedding_document ON kb_embedding;
    DROP FUNCTION kb_embedding_document;
"""


class Migration(migrations.Migration):
    dependencies = [("kb", "0008_exact_words")]

    operations = [
        migrations.AddField(
            model_name="embedding",
            name="document",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=models.DO_NOTHING,
                related_name="+",
                to="kb.document",
            ),
        ),
        migrations.RunSQL(FILL_IN, LEAVE_OUT),
    ]
