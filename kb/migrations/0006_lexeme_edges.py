import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kb', '0005_synonyms'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='lexemecount',
            index=models.Index(django.db.models.functions.text.Left('lexeme', 3), name='lexeme_beginning'),
        ),
        migrations.AddIndex(
            model_name='lexemecount',
            index=models.Index(django.db.models.functions.text.Right('lexeme', 3), name='lexeme_ending'),
        ),
    ]
