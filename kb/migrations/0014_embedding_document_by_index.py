from django.db import migrations

# The statement is planned once a session. Planned while few passages were there, it would go on reading all of
# them for each vector of a large import.
BY_INDEX = "ALTER FUNCTION kb_embedding_document() SET enable_seqscan = off"
AS_PLANNED = "ALTER FUNCTION kb_embedding_document() RESET enable_seqscan"


class Migration(migrations.Migration):
    dependencies = [("kb", "0013_index_shortfall")]

    operations = [migrations.RunSQL(BY_INDEX, AS_PLANNED)]
