from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kb", "0009_embedding_document")]

    operations = [
        migrations.RunSQL(
            "UPDATE kb_embedding SET document_id = kb_passage.document_id"
            " FROM kb_passage WHERE kb_passage.id = kb_embedding.passage_id",
            migrations.RunSQL.noop,
        )
    ]
