from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("kb", "0011_embeddings_by_document")]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                fields=["locale", "audience"], name="document_searched", condition=Q(status="published")
            ),
        )
    ]
