from django.db import migrations, models


class Migration(migrations.Migration):
    """A ledger row says when its tokens are an estimate."""

    dependencies = [("llm", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="modelcall",
            name="tokens_estimated",
            field=models.BooleanField(default=False),
        ),
    ]
