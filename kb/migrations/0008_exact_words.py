"""Bounds and versions of what lexical search keeps; weights stand in the row, where they are read fastest."""

import django.contrib.postgres.indexes
from django.db import migrations, models

# Read for every candidate: text and lexemes give way to them, which no search reads.
IN_THE_ROW = """
    ALTER TABLE kb_passage
        ALTER weights SET STORAGE PLAIN, ALTER heading SET STORAGE MAIN, ALTER content_hash SET STORAGE MAIN,
        SET (toast_tuple_target = 128)
"""
AS_BEFORE = """
    ALTER TABLE kb_passage
        ALTER weights SET STORAGE EXTERNAL, ALTER heading SET STORAGE EXTENDED,
        ALTER content_hash SET STORAGE EXTENDED, RESET (toast_tuple_target)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kb", "0007_labelled_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name="passage",
            name="words_version",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="lexemecount",
            name="heaviest",
            field=models.FloatField(db_default=3.0, default=3.0),
        ),
        migrations.AddField(
            model_name="lexicalstatistics",
            name="version",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(IN_THE_ROW, AS_BEFORE),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "ALTER INDEX passage_lexemes SET (fastupdate = off)",
                        "SELECT gin_clean_pending_list('passage_lexemes')",
                    ],
                    "ALTER INDEX passage_lexemes RESET (fastupdate)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="passage", name="passage_lexemes"),
                migrations.AddIndex(
                    model_name="passage",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["lexemes"], name="passage_lexemes"
                    ),
                ),
            ],
        ),
    ]
