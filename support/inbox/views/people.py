"""The people of the desk, looked after by its admins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from support.inbox.forms.accounts import PersonForm
from support.inbox.gates import AgentRequest, admins_only
from support.models import Agent


@never_cache
@admins_only
def people(request: AgentRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = form.save(commit=False)
        return _with_new_password(request, person)
    return _page(request, form)


@never_cache
@require_POST
@admins_only
def new_password(request: AgentRequest, person_id: int) -> HttpResponse:
    return _with_new_password(request, get_object_or_404(Agent, pk=person_id))


@require_POST
@admins_only
def activate(request: AgentRequest, person_id: int) -> HttpResponse:
    """Let a person in or keep them out; their tickets, replies and notes stay."""
    person = get_object_or_404(Agent, pk=person_id)
    if person == request.user:
        messages.error(request, "You can’t deactivate yourself; another admin can.")
        return redirect("people")
    person.is_active = "active" in request.POST
    person.save(update_fields=["is_active"])
    done = "may sign in again" if person.is_active else "is signed out and can’t sign in any more"
    messages.success(request, f"{person} {done}.")
    return redirect("people")


@require_POST
@admins_only
def promote(request: AgentRequest, person_id: int) -> HttpResponse:
    """What an admin may do is shown before anybody becomes one."""
    person = get_object_or_404(Agent, pk=person_id)
    if person == request.user:
        messages.error(request, "You can’t take the admin’s rights from yourself; another admin can.")
        return redirect("people")
    wanted = "admin" in request.POST
    if wanted and not person.is_staff and "confirmed" not in request.POST:
        return render(request, "support/promote.html", {"person": person, "section": "people"})
    person.is_staff = person.is_superuser = wanted
    person.save(update_fields=["is_staff", "is_superuser"])
    messages.success(request, f"{person} is {'an admin' if person.is_staff else 'an agent'} now.")
    return redirect("people")


def _with_new_password(request: AgentRequest, person: Agent) -> HttpResponse:
    """The password is shown in this answer and kept nowhere."""
    person.is_superuser = person.is_staff
    return _page(request, PersonForm(), person, person.give_new_password())


def _page(
    request: AgentRequest, form: PersonForm, person: Agent | None = None, password: str = ""
) -> HttpResponse:
    everyone = Agent.objects.order_by("-is_active", "name", "pk")
    context = {
        "form": form,
        "everyone": everyone,
        "person": person,
        "password": password,
        "section": "people",
    }
    return render(request, "support/people.html", context)
