from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kb", "0019_image_path")]

    operations = [
        migrations.AddField(model_name="revision", name="notice", field=models.TextField(blank=True, db_default="")),
    ]
