"""The prompts' pages, for admins: what is in force, its history, new versions, and dry runs of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kb import differences
from kb.forms import whole_number
from support import dry_runs, prompt_versions
from support.inbox.forms.prompts import TryForm, VersionForm
from support.inbox.gates import AgentRequest, admins_only
from support.inbox.trying import columns, estimate
from support.models import DryRun, PromptVersion
from support.prompts import BUILT_IN, Prompt, guards
from support.prompts.doubts import doubts
from support.tasks import write_dry_run

if TYPE_CHECKING:
    from support.prompt_versions import Live

# What each prompt is for, in an admin's words.
ABOUT = {
    Prompt.HOUSE: "How replies sound, and what this company always or never says. It goes along with every "
    "prompt that writes to customers: drafts and rewritings.",
    Prompt.REPLY: "What the model is told before it drafts a reply from the passages.",
    Prompt.REWRITE: "What the model is told when an agent asks for a text to be shorter, friendlier or "
    "translated.",
    Prompt.OPINION: "What the model is told when it judges a sentence that its passages back only partly.",
    Prompt.TRIAGE: "What the model is told when it suggests tags, a priority and a summary for a ticket.",
}


@never_cache
@require_safe
@admins_only
def prompts(request: AgentRequest) -> HttpResponse:
    known = [prompt for prompt in Prompt if prompt in BUILT_IN]
    numbers = PromptVersion.objects.values_list("prompt").annotate(Count("pk")).order_by()
    versions = dict(numbers)
    rows = [(prompt_versions.live(one), ABOUT[one], versions.get(one, 0)) for one in known]
    return render(request, "support/prompts.html", {"section": "prompts", "rows": rows})


@never_cache
@require_safe
@admins_only
def history(request: AgentRequest, name: str) -> HttpResponse:
    """All versions of a prompt, and what changed between any two."""
    prompt = _prompt(name)
    live = prompt_versions.live(prompt)
    rows = list(_versions(prompt))
    left, right = _compared(request, [row.number for row in rows], live.number)
    context = {
        **_context(prompt, live),
        "rows": rows,
        "numbers": [*(row.number for row in rows), 0],
        "switches": prompt_versions.switches(prompt),
        "left": left,
        "right": right,
        "blocks": differences.compare(_text(prompt, left), _text(prompt, right)),
    }
    return render(request, "support/prompt.html", context)


@never_cache
@require_safe
@admins_only
def version(request: AgentRequest, name: str, number: int) -> HttpResponse:
    return _version_page(request, _prompt(name), number)


@never_cache
@require_safe
@admins_only
def tries(request: AgentRequest, name: str, number: int) -> HttpResponse:
    """How far the dry run is, and what it has shown so far."""
    prompt = _prompt(name)
    row = get_object_or_404(PromptVersion, prompt=prompt, number=number)
    context = {"version": row, "doubts": doubts(prompt, row.text), **columns(row, request.user)}
    return render(request, "support/_prompt_tries.html", context)


@never_cache
@admins_only
def write(request: AgentRequest, name: str) -> HttpResponse:
    """A new version, from any other."""
    prompt = _prompt(name)
    live = prompt_versions.live(prompt)
    given = (request.POST if request.method == "POST" else request.GET).get("from", "")
    number = whole_number(given)
    number = live.number if number is None else number
    before = _text(prompt, number)
    form = VersionForm(prompt, before, request.POST or None, initial={"text": before})
    if request.method == "POST" and form.is_valid():
        text, why = form.cleaned_data["text"], form.cleaned_data["why"]
        made = prompt_versions.write(prompt, text, why, request.user)
        messages.success(
            request, f"Version {made.number} is kept. The model isn’t told it before you put it in force."
        )
        return redirect("prompt-version", prompt, made.number)
    kept = [rule.missing for rule in guards.required(prompt)]
    context = {**_context(prompt, live), "form": form, "number": number, "kept": kept}
    context["longest"] = guards.longest(prompt)
    return render(request, "support/prompt_new.html", context)


@require_POST
@admins_only
def make_live(request: AgentRequest, name: str) -> HttpResponse:
    """Put a version in force, or go back to the built-in text."""
    prompt = _prompt(name)
    number, seen = (whole_number(request.POST.get(field, "")) for field in ("number", "seen"))
    if number is None or seen is None:
        messages.error(request, "That is no version: choose one of the list.")
        return redirect("prompt", prompt)
    try:
        prompt_versions.make_live(prompt, number, seen, request.user)
    except prompt_versions.Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _told(prompt, number))
    return redirect("prompt", prompt)


@require_POST
@admins_only
def try_out(request: AgentRequest, name: str, number: int) -> HttpResponse:
    """Begin a dry run."""
    prompt = _prompt(name)
    row = get_object_or_404(PromptVersion, prompt=prompt, number=number)
    form = TryForm(dry_runs.answered(request.user, dry_runs.MOST_TICKETS), request.POST)
    if not form.is_valid():
        return _version_page(request, prompt, number, form, status=422)
    try:
        begun = dry_runs.start(row, form.chosen(), request.user)
    except dry_runs.Refused as error:
        messages.error(request, str(error))
        return redirect("prompt-version", prompt, number)
    for run in begun:
        write_dry_run.delay_on_commit(run.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    return redirect("prompt-version", prompt, number)


def _version_page(
    request: AgentRequest, prompt: Prompt, number: int, form: TryForm | None = None, status: int = 200
) -> HttpResponse:
    live = prompt_versions.live(prompt)
    text = _text(prompt, number)
    row = PromptVersion.objects.select_related("author").filter(prompt=prompt, number=number).first()
    context: dict[str, Any] = {**_context(prompt, live), "number": number, "text": text, "version": row}
    if number != live.number:
        context["blocks"] = differences.compare(live.text, text)
        context["problems"] = guards.problems(prompt, text) if row else []
    context["doubts"] = doubts(prompt, text)
    if row and prompt in dry_runs.TRIED:
        answered = dry_runs.answered(request.user, dry_runs.MOST_TICKETS)
        form = form or TryForm(answered)
        context |= {
            "form": form,
            "answered": answered,
            "chosen": form["tickets"].value() or [],
            "why_not": dry_runs.why_not(row),
            "estimate": estimate(),
            **columns(row, request.user),
        }
    return render(request, "support/prompt_version.html", context, status=status)


def _context(prompt: Prompt, live: Live) -> dict[str, Any]:
    about = ABOUT[prompt]
    return {"section": "prompts", "prompt": prompt, "about": about, "live": live, "house": Prompt.HOUSE}


def _prompt(name: str) -> Prompt:
    if name not in Prompt.values or Prompt(name) not in BUILT_IN:
        raise Http404
    return Prompt(name)


def _versions(prompt: Prompt) -> Any:
    done = Count("dry_runs", filter=Q(dry_runs__state=DryRun.State.DONE))
    versions = PromptVersion.objects.filter(prompt=prompt).select_related("author").annotate(tried=done)
    return versions.order_by("-number")  # an annotation that counts takes the model's own order away


def _text(prompt: Prompt, number: int) -> str:
    if number == 0:
        return BUILT_IN[prompt].text
    return get_object_or_404(PromptVersion, prompt=prompt, number=number).text


def _compared(request: AgentRequest, numbers: list[int], live: int) -> tuple[int, int]:
    """The two that the page names; else the newest, and what is in force or came before it."""
    known = [*numbers, 0]
    right = whole_number(request.GET.get("right", ""))
    right = right if right in known else known[0]
    left = whole_number(request.GET.get("left", ""))
    if left not in known:
        before = next((number for number in known if number < right), 0)
        left = live if live != right else before
    return left, right


def _told(prompt: Prompt, number: int) -> str:
    from_now = "with every request from now on"
    if number == 0 and prompt == Prompt.HOUSE:
        return f"No house rules are in force: the model is told the other prompts alone, {from_now}."
    if number == 0:
        return f"The built-in text is in force again: the model is told it {from_now}."
    tried = DryRun.objects.filter(version__prompt=prompt, version__number=number, state=DryRun.State.DONE)
    untried = prompt in dry_runs.TRIED and not tried.exists()
    without = " It was not tried on past tickets." if untried else ""
    return f"Version {number} is in force: the model is told it {from_now}.{without}"
