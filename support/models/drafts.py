"""What is proposed and what it rests on: drafts, the passages they came from, sentences, citations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Concat, Lower

from kb.models import Audience, Passage, Revision
from llm.models import UNPRICED, ModelCall

if TYPE_CHECKING:
    from datetime import datetime

    from support.models.people import Agent


class DraftQuerySet(models.QuerySet["Draft"]):
    def claimable(self, now: datetime) -> DraftQuerySet:
        """Waiting and due, or left behind by a worker that died."""
        waiting = Q(state=Draft.State.WAITING) & (Q(lease__isnull=True) | Q(lease__lt=now))
        return self.filter(waiting | Q(state=Draft.State.WRITING, lease__lt=now))

    def current_first(self) -> DraftQuerySet:
        """Those to look at: one being written or waiting, then the ready one, then the last that failed.

        What failed while another was ready takes nothing away from that one.
        """
        states = [Draft.State.WRITING, Draft.State.WAITING, Draft.State.READY, Draft.State.FAILED]
        rank = Case(*(When(state=state, then=place) for place, state in enumerate(states)))
        return self.filter(state__in=states).order_by(rank, "-pk")

    def with_cost(self) -> DraftQuerySet:
        """Many, with what all requests of each cost, and whether the price of one is not known."""
        own = ModelCall.objects.filter(bill=Concat(Value("draft-"), Cast(OuterRef("pk"), models.CharField())))
        total = own.order_by().values("bill").annotate(total=Sum("cost_usd", filter=~Q(cost_usd=0)))
        return self.annotate(
            billed=Exists(own), spent=Subquery(total.values("total")), unpriced=Exists(own.filter(UNPRICED))
        )


class Draft(models.Model):
    """A proposed answer to a ticket, up to the last message that it names."""

    class State(models.TextChoices):
        WAITING = "waiting"
        WRITING = "writing"
        READY = "ready"
        FAILED = "failed"
        SENT = "sent"
        DISMISSED = "dismissed"
        SUPERSEDED = "superseded"  # a newer message or draft took its place
        LEFT = "left", "Left to agents"  # nothing was written: only what agents ask for is paid for now

    class Outcome(models.TextChoices):
        ANSWER = "answer"
        CLARIFY = "clarify"
        CANNOT_ANSWER = "cannot_answer"

    class Writer(models.TextChoices):
        MODEL = "model"
        QUOTES = "quotes"

    class Rewrite(models.TextChoices):
        """How an agent asked for the text to be put."""

        SHORTER = "shorter"
        FRIENDLIER = "friendlier"
        SIMPLER = "simpler"
        FORMAL = "formal"
        TRANSLATE = "translate"

    class Rejection(models.TextChoices):
        """Why an agent did not want it."""

        WRONG = "wrong", "It is wrong"
        OUTDATED = "outdated", "It is outdated"
        TONE = "tone", "The tone is off"
        MISSING = "missing", "Something is missing"

    ticket = models.ForeignKey("support.Ticket", models.CASCADE, related_name="drafts")
    up_to = models.ForeignKey("support.Message", models.CASCADE, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    written_by = models.CharField(max_length=20, choices=Writer, blank=True)
    text = models.TextField(blank=True)
    reason = models.TextField(blank=True)  # why it failed, or why it is quotes (`causes`)
    # While waiting: not before; while writing: the worker owns it until.
    lease = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    model_call = models.ForeignKey(ModelCall, models.SET_NULL, null=True, blank=True, related_name="+")
    prompt_version = models.CharField(max_length=40, blank=True)
    # What it can be written from again: how the model was asked, and what it said, before anything was read.
    parameters = models.JSONField(default=dict, blank=True)
    raw_output = models.TextField(blank=True)
    requested_by = models.ForeignKey(
        "support.Agent", models.SET_NULL, null=True, blank=True, related_name="+"
    )  # nobody: the customer's message asked for it
    # A rewrite says how, of which draft, and which text: the agent's, as it stood.
    rewrite = models.CharField(max_length=20, choices=Rewrite, blank=True)
    rewrite_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="rewrites")
    rewritten_text = models.TextField(blank=True)
    language = models.CharField(
        max_length=20, blank=True
    )  # that it is to be written in; empty: the customer's
    rejection = models.CharField(max_length=20, choices=Rejection, blank=True)
    rejected_by = models.ForeignKey("support.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    # When the desk was told that its evidence changed or went; whether it did is always looked up.
    stale_since = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state="waiting"), name="one_waiting_draft_a_ticket"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state="writing"), name="one_written_draft_a_ticket"
            ),
        ]
        indexes = [
            models.Index(
                fields=["lease"], name="draft_unfinished", condition=Q(state__in=["waiting", "writing"])
            ),
            models.Index(
                fields=["ticket"],
                name="draft_not_known_stale",
                condition=Q(state="ready", stale_since__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk} of ticket {self.ticket_id}: {self.state}"

    @property
    def in_progress(self) -> bool:
        return self.state in (self.State.WAITING, self.State.WRITING)

    @property
    def bill(self) -> str:
        """Under which the ledger has all requests that were made for it."""
        return f"draft-{self.pk}"

    @property
    def price(self) -> str:
        """What all requests for it cost, as an agent reads it."""
        known: Any = self if hasattr(self, "billed") else Draft.objects.with_cost().get(pk=self.pk)
        if not known.billed:  # from before requests had bills
            return self._price_of_its_call()
        if known.unpriced:
            return "unpriced"
        return "nothing" if known.spent is None else f"${known.spent:.4f}"

    def _price_of_its_call(self) -> str:
        if self.model_call is None:
            return "nothing"
        cost = self.model_call.cost_usd
        return "unpriced" if cost is None else f"${cost:.4f}"

    def dismiss(self) -> bool:
        """False: it was sent, or another draft took its place."""
        dismissable = [self.State.READY, self.State.FAILED]
        dismissed = Draft.objects.filter(pk=self.pk, state__in=dismissable)
        return dismissed.update(state=self.State.DISMISSED) == 1

    def reject(self, agent: Agent, reason: Rejection) -> bool:
        """Dismissed, with the reason and by whom. False: it was sent, or another draft took its place."""
        rejectable = Draft.objects.filter(pk=self.pk, state__in=[self.State.READY, self.State.FAILED])
        rejected = rejectable.update(
            state=self.State.DISMISSED, rejection=self.Rejection(reason), rejected_by=agent
        )
        return rejected == 1


class Verdict(models.TextChoices):
    """What the evidence check says of a sentence."""

    MATCHES = "matches"
    PARTLY = "partly"
    NO_MATCH = "no_match", "no match"
    NEEDS_NO_PROOF = "needs_no_proof", "needs no proof"


class OfferedPassageQuerySet(models.QuerySet["OfferedPassage"]):
    def standing(self) -> OfferedPassageQuerySet:
        """Those that are still as the writer saw them, and that customers may read."""
        public = Passage.objects.visible_to(Audience.PUBLIC)
        return self.filter(passage__in=public, passage__content_hash=F("content_hash"))


class OfferedPassage(models.Model):
    """A passage as it was offered to the writer of a draft; the evidence check reads the same.

    The text stands here as well: what the writer saw stays known when the document has changed or gone.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="offered")
    number = models.PositiveSmallIntegerField()
    passage = models.ForeignKey(Passage, models.SET_NULL, null=True, blank=True, related_name="+")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=1000)
    title = models.CharField(max_length=500)
    heading = models.CharField(max_length=1000, blank=True)
    text = models.TextField()
    start = models.PositiveIntegerField()  # of the text, in the revision
    locale = models.CharField(max_length=20, blank=True)
    content_hash = models.CharField(max_length=64)
    pinned = models.BooleanField(default=False)

    objects = OfferedPassageQuerySet.as_manager()

    class Meta:
        ordering = ["draft", "number"]
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="one_passage_a_number")]

    def __str__(self) -> str:
        return f"[{self.number}] {self.title}"


class PassageChoice(models.Model):
    """An agent wants this passage among those offered for a draft, or does not."""

    class Kind(models.TextChoices):
        PINNED = "pinned"
        EXCLUDED = "excluded"

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="choices")
    passage = models.ForeignKey(Passage, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        ordering = ["draft", "pk"]
        constraints = [models.UniqueConstraint(fields=["draft", "passage"], name="one_choice_a_passage")]

    def __str__(self) -> str:
        return f"{self.passage_id} {self.kind}"


class Sentence(models.Model):
    """One sentence of a draft, or of a reply that was made from one, and the verdict on it.

    `start` and `end` are its place in the text. A reply's sentence says what its agent did to the draft's; a
    draft's sentence that no sentence of the reply came from was removed.
    """

    class Change(models.TextChoices):
        KEPT = "kept"
        CHANGED = "changed"
        ADDED = "added"

    draft = models.ForeignKey(Draft, models.CASCADE, null=True, blank=True, related_name="sentences")
    message = models.ForeignKey(
        "support.Message", models.CASCADE, null=True, blank=True, related_name="sentences"
    )
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    verdict = models.CharField(max_length=20, choices=Verdict)
    reason = models.TextField(blank=True)  # why it is not “matches”: a sentence for the agent
    # Numbers that it cited and that were never offered.
    dropped = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    change = models.CharField(max_length=20, choices=Change, blank=True)
    drafted = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    checked = models.BooleanField(default=False)  # without a match, and its agent said “I checked this”

    class Meta:
        ordering = ["draft", "message", "position"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "position"], name="one_sentence_a_position"),
            models.UniqueConstraint(fields=["message", "position"], name="one_reply_sentence_a_position"),
            models.CheckConstraint(
                condition=Q(draft__isnull=False) ^ Q(message__isnull=False), name="sentence_of_one_text"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Citation(models.Model):
    """One sentence's link to one passage of one revision, with the quote.

    The quote is verbatim; `start` and `end` are its offsets in the revision's text. Title, heading and
    quote stand here as well, so that what was sent stays provable when the document has changed or gone.
    """

    sentence = models.ForeignKey(Sentence, models.CASCADE, related_name="citations")
    number = models.PositiveSmallIntegerField()
    passage = models.ForeignKey(Passage, models.SET_NULL, null=True, blank=True, related_name="+")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=500)
    heading = models.CharField(max_length=1000, blank=True)
    quote = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        ordering = ["sentence", "number"]
        constraints = [models.UniqueConstraint(fields=["sentence", "number"], name="one_citation_a_number")]

    def __str__(self) -> str:
        return f"[{self.number}] {self.title}"

    @property
    def address(self) -> str:
        """Where the cited document stands on the web; empty for one that came as a file."""
        owner = self.passage or self.revision
        reference = owner.document.reference if owner and owner.document else ""
        return reference if reference.startswith(("https://", "http://")) else ""


class GapQuerySet(models.QuerySet["Gap"]):
    def by_question(self) -> models.QuerySet[Gap, Any]:
        """Each question once, however it is cased: its newest gap, and how many tickets asked it."""
        asked = self.order_by().values(asked=Lower("question"))
        told = asked.annotate(newest=Max("pk"), tickets=Count("ticket", distinct=True))
        return told.order_by("-newest")


class Gap(models.Model):
    """A question that the knowledge base could not answer."""

    ticket = models.ForeignKey("support.Ticket", models.CASCADE, related_name="gaps")
    draft = models.OneToOneField(Draft, models.SET_NULL, null=True, blank=True, related_name="gap")
    question = models.TextField()
    missing = models.TextField(blank=True)  # what the articles do not say, as far as the writer could tell
    locale = models.CharField(max_length=20, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    objects = GapQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.question
