from django.db import migrations, models


class Migration(migrations.Migration):
    """Calls that have not come to an end are found at once, however long the ledger is."""

    dependencies = [("llm", "0002_modelcall_tokens_estimated")]

    operations = [
        migrations.AddIndex(
            model_name="modelcall",
            index=models.Index(
                fields=["started"], name="modelcall_open", condition=models.Q(outcome="started")
            ),
        ),
    ]
