import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kb', '0004_embedding_model_prefixes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locale', models.CharField(blank=True, max_length=20)),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None)),
                ('means', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                ('changed', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['words', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('locale', 'words', 'means'), name='one_synonym_a_line')],
            },
        ),
    ]
