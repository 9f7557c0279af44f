"""The demo's content: each question finds its article, and no customer is shown a playbook."""

import importlib.util
import sys
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from kb.models import Audience, Document
from kb.retrieval import retrieve

DEMO = Path(__file__).resolve().parent.parent.parent / "demo"
TICKETS = tomllib.loads((DEMO / "tickets.toml").read_text("utf-8"))["tickets"]
ARTICLES = [path.name for path in (DEMO / "articles").iterdir()]
PLAYBOOKS = [path.name for path in (DEMO / "internal").iterdir()]


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Loaded once, as these tests only read, and rolled back."""
    data = tmp_path_factory.mktemp("demo")
    folders = override_settings(DATA=data, MEDIA_ROOT=data / "uploads")
    with django_db_blocker.unblock(), folders, transaction.atomic():
        call_command("demo", stdout=StringIO(), stderr=StringIO())
        yield
        transaction.set_rollback(True)


def test_every_file_is_searchable(loaded: None) -> None:
    assert len(ARTICLES) >= 15 and len(PLAYBOOKS) == 3
    states = dict(Document.objects.values_list("reference", "state"))
    assert states == dict.fromkeys([*ARTICLES, *PLAYBOOKS], "searchable")


def test_internal_playbooks_never_reach_a_customer(loaded: None) -> None:
    for reference in PLAYBOOKS:
        document = Document.objects.get(reference=reference)
        assert document.audience == Audience.INTERNAL
    questions = [
        "goodwill limit for an agent",
        "late returns day 31 to 40",
        "recall of B5 batteries",
        "fraud score",
    ]
    for question in questions:
        public = {hit.passage.document.reference for hit in retrieve(question, Audience.PUBLIC).hits}
        internal = {hit.passage.document.reference for hit in retrieve(question, Audience.INTERNAL).hits}
        assert not public & set(PLAYBOOKS)
        assert internal & set(PLAYBOOKS), question


def test_each_ticket_finds_its_article_and_one_has_none(loaded: None) -> None:
    for ticket in TICKETS:
        question, customer = ticket["messages"][-1]["text"], ticket["customer"]
        found = retrieve(question, Audience.PUBLIC, locale=customer.get("locale", ""))
        references = [hit.passage.document.reference for hit in found.hits]
        if ticket["answered_by"]:
            assert ticket["answered_by"] in references[:3], (customer["name"], references)
            assert found.sufficient, customer["name"]
        else:
            assert not found.sufficient, (customer["name"], found.relevance)


@pytest.mark.django_db  # or pytest-django makes no database for this file when it runs alone
def test_the_made_files_are_what_their_sources_make() -> None:
    spec = importlib.util.spec_from_file_location("make_files", DEMO / "make_files.py")
    assert spec and spec.loader
    script = sys.modules["make_files"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    for name, made in script.made_files().items():
        assert (DEMO / "articles" / name).read_bytes() == made, f"run demo/make_files.py for {name}"


def test_no_article_names_what_only_playbooks_may_say() -> None:
    secrets = ["€60", "day 31", "recall is being prepared", "extension 4", "fraud desk"]
    for path in (DEMO / "articles").iterdir():
        if path.suffix not in (".pdf", ".docx"):
            text = path.read_text("utf-8").lower()
            assert not [secret for secret in secrets if secret in text], path.name
