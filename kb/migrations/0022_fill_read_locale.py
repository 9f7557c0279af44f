from django.db import migrations

COPY = "UPDATE kb_document SET read_locale = locale WHERE locale <> '' AND read_locale = ''"


class Migration(migrations.Migration):
    dependencies = [("kb", "0021_read_locale")]

    operations = [migrations.RunSQL(COPY, migrations.RunSQL.noop)]
