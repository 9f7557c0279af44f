"""Loading the demo: once, never over anything, to the end after a kill. Its content: test_demo_content.py."""

import shutil
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.test import RequestFactory

from kb import ingest
from kb.models import Document, Passage
from support import demo
from support.models import Agent, Customer, Draft, Message, Ticket, Widget

FILES = [
    "articles/returns-and-refunds.md",
    "articles/firmware-updates.md",
    "internal/fraud-and-theft-checks.md",
]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Any) -> Path:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "uploads"
    return tmp_path


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of its files: embedding all of them for each test would take minutes."""
    for name in [*FILES, "tickets.toml"]:
        (tmp_path / "demo" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(demo.CONTENT / name, tmp_path / "demo" / name)
    monkeypatch.setattr(demo, "CONTENT", tmp_path / "demo")


def load(*options: str) -> str:
    said = StringIO()
    call_command("demo", *options, stdout=said, stderr=StringIO())
    return said.getvalue()


def logins(data: Path) -> list[list[str]]:
    return [line.split() for line in (data / "demo-logins.txt").read_text("utf-8").splitlines()]


def test_a_new_desk_gets_documents_agents_and_tickets_whose_drafts_wait(data: Path) -> None:
    assert "3 documents and 8 tickets" in load("--ensure")
    assert set(Document.objects.values_list("reference", flat=True)) == {
        name.rpartition("/")[2] for name in FILES
    }
    assert not Document.objects.exclude(state="searchable").exists()
    assert Widget.objects.filter(active=True).count() == 1
    assert Ticket.objects.filter(status="open").count() == 8
    for ticket in Ticket.objects.all():
        draft = Draft.objects.get(ticket=ticket, state=Draft.State.WAITING)
        assert draft.up_to == ticket.last_public_message()


def test_the_logins_are_for_one_reader_and_work(data: Path) -> None:
    load()
    assert stat.S_IMODE((data / "demo-logins.txt").stat().st_mode) == 0o600
    assert [line[0] for line in logins(data)] == ["admin", "agent", "agent"]
    for role, *_, email, password in logins(data):
        agent = authenticate(RequestFactory().post("/"), username=email, password=password)
        assert isinstance(agent, Agent) and agent.is_admin == (role == "admin")
        assert agent.has_perm("support.change_widget") == (role == "admin")


def counts() -> list[int]:
    tables = [Document, Passage, Agent, Customer, Ticket, Message, Draft, Widget]
    return [table.objects.count() for table in tables]


def test_running_it_again_changes_nothing(data: Path) -> None:
    load()
    before, told = counts(), (data / "demo-logins.txt").read_text()
    load()
    load("--ensure")
    assert (counts(), (data / "demo-logins.txt").read_text()) == (before, told)


def test_a_ticket_goes_on_after_an_earlier_reply(data: Path) -> None:
    load()
    ticket = Ticket.objects.get(customer__name="Marek Novotny")
    assert [message.kind for message in ticket.messages.all()] == ["customer", "reply", "customer"]
    times = [message.created for message in ticket.messages.all()]
    assert times == sorted(times) and ticket.updated == times[-1]


def test_a_run_that_was_killed_is_finished_by_the_next_one(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(demo, "_tickets", killed)
        load("--ensure")
    assert not (data / "demo-logins.txt").exists()
    assert "0 documents and 8 tickets" in load("--ensure")
    *_, email, password = logins(data)[0]
    assert authenticate(RequestFactory().post("/"), username=email, password=password)


def killed() -> int:
    raise KeyboardInterrupt


def test_a_desk_in_use_is_left_alone(data: Path) -> None:
    Agent.objects.create_user("alice@example.com", name="Alice")
    assert "in use already" in load("--ensure")
    assert counts() == [0, 0, 1, 0, 0, 0, 0, 0]
    assert not (data / "demo-logins.txt").exists()


def test_what_was_changed_or_deleted_stays_so(data: Path) -> None:
    load()
    changed = ingest.receive("returns-and-refunds.md", b"# Returns\n\nNow 14 days.")
    ingest.ingest(changed)
    ingest.delete(Document.objects.get(reference="firmware-updates.md"))
    Ticket.objects.order_by("-pk")[0].delete()
    agent = Agent.objects.get(email="ada@wrenmoor.example")
    agent.set_password("chosen by herself")
    agent.last_login = agent.date_joined
    agent.save()
    before = counts()
    (data / "demo-logins.txt").unlink()  # as when the data folder is lost, and the database is not
    load("--ensure")
    assert counts() == before
    assert "14 days" in Document.objects.get(reference="returns-and-refunds.md").current.text
    agent.refresh_from_db()
    assert agent.check_password("chosen by herself")
    assert logins(data)[0][-4:] == ["(the", "password", "it", "has)"]
