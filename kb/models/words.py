"""What lexical search counts, and the synonyms that an admin keeps."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Left, Right

from kb.misspellings import EDGE
from kb.synonyms import LONGEST_PHRASE, Rule

# What a lexeme can weigh in a passage at the most: BM25's K1 + 1.
MOST_WEIGHT = 3.0


class LexemeCount(models.Model):
    """In how many passages of a locale a lexeme occurs: the document frequency of BM25."""

    locale = models.CharField(max_length=20, blank=True)
    lexeme = models.CharField(max_length=100)
    passages = models.IntegerField()
    heaviest = models.FloatField(
        default=MOST_WEIGHT, db_default=MOST_WEIGHT
    )  # no passage holds a heavier one

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["locale", "lexeme"], name="one_count_a_lexeme"),
        ]
        # What a misspelt word may have been begins or ends like it.
        indexes = [
            models.Index(Left("lexeme", EDGE), name="lexeme_beginning"),
            models.Index(Right("lexeme", EDGE), name="lexeme_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.lexeme}: {self.passages}"


class LexicalStatistics(models.Model):
    """A locale's number of passages and of lexemes, and the average length its weights were made with."""

    locale = models.CharField(max_length=20, unique=True, blank=True)
    passages = models.IntegerField(default=0)
    lexemes = models.BigIntegerField(default=0)
    average_length = models.FloatField(default=0)
    version = models.PositiveSmallIntegerField(default=0, db_default=0)  # all its passages have this one

    def __str__(self) -> str:
        return f"{self.locale or 'unknown'}: {self.passages} passages"


class Synonym(models.Model):
    """Words and phrases that an admin says mean the same, or that find others: one line of the list."""

    locale = models.CharField(max_length=20, blank=True)  # of the documents; empty: in all
    words = ArrayField(models.CharField(max_length=LONGEST_PHRASE))
    means = ArrayField(models.CharField(max_length=LONGEST_PHRASE), default=list, blank=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["words", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "words", "means"], name="one_synonym_a_line"),
        ]

    def __str__(self) -> str:
        return str(self.rule())

    def rule(self) -> Rule:
        return Rule(tuple(self.words), tuple(self.means), self.locale)
