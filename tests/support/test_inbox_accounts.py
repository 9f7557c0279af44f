"""Who gets in, and who looks after whom."""

import re

import pytest
from django.urls import get_resolver, reverse

from support.models import Agent
from tests import cast

pytestmark = pytest.mark.django_db


def sign_in(client, email="alice@example.com", password=cast.PASSWORD):
    return client.post(reverse("sign-in"), {"username": email, "password": password})


def test_people_sign_in_with_any_spelling_of_their_address(client) -> None:
    cast.alice()
    assert sign_in(client, " ALICE@example.com ").headers["Location"] == reverse("inbox")


def test_a_wrong_password_says_what_to_do(client) -> None:
    cast.alice()
    page = sign_in(client, password="wrong")
    assert "don’t belong together" in page.content.decode()
    focused = re.findall(r"<input[^>]*autofocus[^>]*>", page.content.decode())
    assert len(focused) == 1 and 'name="password"' in focused[0], "the cursor stands where it is typed again"


def test_the_deactivated_stay_out_at_once(client) -> None:
    alice = cast.alice()
    client.force_login(alice)
    alice.is_active = False
    alice.save()
    assert client.get(reverse("inbox")).status_code == 302
    assert "don’t belong together" in sign_in(client).content.decode()


def test_guessing_is_throttled_over_all_spellings(client) -> None:
    cast.alice()
    for attempt in range(8):
        answer = sign_in(client, "alice@example.com" if attempt % 2 else "Alice@Example.com", "wrong")
    assert answer.status_code == 429
    assert "paused for 15 minutes" in answer.content.decode()
    assert sign_in(client).status_code == 429
    cast.adam()
    assert sign_in(client, "adam@example.com").status_code == 302


def test_admins_find_the_settings_and_agents_do_not(client) -> None:
    link = f'href="{reverse("admin:index")}"'
    client.force_login(cast.adam())
    assert link in client.get(reverse("account")).content.decode()
    assert "Widgets" in client.get(reverse("admin:index")).content.decode()
    client.force_login(cast.alice())
    assert link not in client.get(reverse("account")).content.decode()


def test_signing_out_takes_a_form(client) -> None:
    client.force_login(cast.alice())
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out")).headers["Location"] == reverse("sign-in")


def test_a_sign_in_leads_nowhere_else(client) -> None:
    cast.alice()
    given = {"username": "alice@example.com", "password": cast.PASSWORD, "next": "https://evil.example/"}
    assert client.post(reverse("sign-in"), given).headers["Location"] == reverse("inbox")


def test_an_agent_changes_their_password_and_stays_signed_in(client) -> None:
    client.force_login(cast.alice())
    new = "quiet-harbour-lantern"
    given = {"old_password": cast.PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("account"), given, follow=True).context["user"].check_password(new)


PLACES = [
    pattern
    for pattern in get_resolver("support.inbox.urls").url_patterns
    if pattern.name not in ("sign-in", "sign-out")
]


@pytest.mark.parametrize("place", PLACES, ids=lambda pattern: pattern.name)
def test_nothing_of_the_desk_is_open_to_strangers(client, place) -> None:
    wanted = re.findall(r"<(\w+):", str(place.pattern))
    address = reverse(place.name, args=[1 if kind == "int" else "reply" for kind in wanted])
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code in (302, 405)
        assert answer.status_code == 405 or answer.headers["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", ["people", "person-new-password", "person-activate", "person-promote"])
def test_people_are_the_admins_business(client, name) -> None:
    client.force_login(cast.alice())
    address = reverse(name, args=[] if name == "people" else [cast.adam().pk])
    assert client.post(address, {"name": "Eve", "email": "eve@example.com"}).status_code == 403
    assert not Agent.objects.filter(email="eve@example.com").exists()


def test_an_admin_makes_an_account_whose_password_is_shown_once(client) -> None:
    client.force_login(cast.adam())
    page = client.post(reverse("people"), {"name": "Alice Archer", "email": "Alice@Example.com"})
    password = re.search(r'id="one-time-password">([^<]+)<', page.content.decode())[1]
    alice = Agent.objects.get(email="alice@example.com")
    assert alice.check_password(password)
    assert (alice.is_admin, alice.is_superuser) == (False, False)
    assert password not in client.get(reverse("people")).content.decode()
    assert "no-store" in page.headers["Cache-Control"]


def test_one_address_is_one_person(client) -> None:
    cast.alice()
    client.force_login(cast.adam())
    page = client.post(reverse("people"), {"name": "Other", "email": "ALICE@example.com"})
    assert "Somebody here has this address already" in page.content.decode()


def test_a_new_password_ends_the_old_ones_sessions(client) -> None:
    alice = cast.alice()
    client.force_login(cast.adam())
    page = client.post(reverse("person-new-password", args=[alice.pk]))
    alice.refresh_from_db()
    assert "one-time-password" in page.content.decode()
    assert not alice.check_password(cast.PASSWORD)


def test_an_admin_cannot_lock_themselves_out(client) -> None:
    adam = cast.adam()
    client.force_login(adam)
    client.post(reverse("person-activate", args=[adam.pk]))
    client.post(reverse("person-promote", args=[adam.pk]))
    adam.refresh_from_db()
    assert adam.is_admin


def test_rights_come_and_go(client) -> None:
    alice = cast.alice()
    client.force_login(cast.adam())
    asked = client.post(reverse("person-promote", args=[alice.pk]), {"admin": ""}).content.decode()
    alice.refresh_from_db()
    assert "An admin may" in asked and not alice.is_admin, "shown first"
    client.post(reverse("person-promote", args=[alice.pk]), {"admin": "", "confirmed": ""})
    alice.refresh_from_db()
    assert alice.is_admin
    client.post(reverse("person-promote", args=[alice.pk]))
    client.post(reverse("person-activate", args=[alice.pk]))
    alice.refresh_from_db()
    assert (alice.is_admin, alice.is_superuser, alice.is_active) == (False, False, False)


def test_djangos_admin_is_for_admins_and_sends_nothing(client) -> None:
    message = cast.ask("Hello")
    client.force_login(cast.alice())
    assert client.get("/admin/").status_code == 302
    client.force_login(cast.adam())
    assert client.get("/admin/support/ticket/").status_code == 200
    assert client.get("/admin/support/message/add/").status_code == 403
    assert client.post(f"/admin/support/message/{message.pk}/change/", {"text": "x"}).status_code == 403


def test_errors_speak_the_same_language(client, settings) -> None:
    client.raise_request_exception = False
    missing = client.get("/nowhere/")
    assert missing.status_code == 404
    assert "Nothing here" in missing.content.decode()


def test_a_fragment_after_the_session_ended_leads_the_page_to_the_sign_in(client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/tickets/7/"}
    answer = client.get(reverse("inbox"), headers=headers)
    assert answer.headers["HX-Redirect"] == f"{reverse('sign-in')}?next=%2Ftickets%2F7%2F"
