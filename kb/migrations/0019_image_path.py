"""A picture that came in an archive knows where it lay there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kb", "0018_duplicates")]

    operations = [
        migrations.AddField(
            "image", "path", models.CharField(blank=True, max_length=1000), preserve_default=True
        ),
    ]
