from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kb", "0020_notice_of_a_revision")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="read_locale",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
    ]
