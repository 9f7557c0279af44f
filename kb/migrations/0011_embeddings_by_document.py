from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kb", "0010_fill_embedding_document")]

    operations = [
        migrations.AlterField(
            model_name="embedding",
            name="document",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=models.DO_NOTHING,
                related_name="+",
                to="kb.document",
            ),
        ),
        migrations.AlterField(
            model_name="embedding",
            name="model",
            field=models.ForeignKey(
                db_index=False,
                on_delete=models.CASCADE,
                related_name="embeddings",
                to="kb.embeddingmodel",
            ),
        ),
        migrations.AddIndex(
            model_name="embedding",
            index=models.Index(fields=["document", "model"], name="embeddings_of_a_document"),
        ),
        # A vector of 4,000 dimensions just fits into a page, together with the rest of its row.
        migrations.RunSQL(
            "ALTER TABLE kb_embedding ALTER COLUMN vector SET STORAGE PLAIN",
            "ALTER TABLE kb_embedding ALTER COLUMN vector SET STORAGE EXTERNAL",
        ),
    ]
