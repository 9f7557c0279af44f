"""`manage.py ask`: one question, one answer, as JSON or for a person."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kb.models import Audience
from llm.models import Price
from tests.conftest import ROOT
from tests.gateway import Gateway, error

pytestmark = pytest.mark.django_db

ARTICLE = "# Refunds\n\n## Duration\n\nWe refund you within 5 business days after the parcel has arrived."
QUESTION = "How many days does a refund take?"


@pytest.fixture(autouse=True)
def refunds(article: Callable[..., object], settings) -> None:
    settings.RELEVANCE_FLOOR = 0.0
    article("help/refunds.md", ARTICLE)


def ask(*arguments: str) -> dict:
    out = StringIO()
    call_command("ask", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_answer_of_the_model_as_json(gateway: Gateway) -> None:
    gateway.enqueue("It takes 5 business days [1]. Have a nice day!")
    answer = ask(QUESTION)
    assert answer.pop("seconds") >= 0
    assert answer == {
        "outcome": "answer",
        "text": "It takes 5 business days. Have a nice day!",
        "sentences": [
            {
                "text": "It takes 5 business days.",
                "supported": True,
                "citations": [
                    {
                        "number": 1,
                        "document": "help/refunds.md",
                        "title": "Refunds",
                        "heading": "Duration",
                        "quote": "We refund you within 5 business days after the parcel has arrived.",
                    }
                ],
            },
            {"text": "Have a nice day!", "supported": False, "citations": []},
        ],
        "written_by": "model",
        "model": "glm-4.5",
        "usage": {"prompt_tokens": 100, "completion_tokens": 20},
        "cost_usd": None,
    }


def test_cost_is_known_once_there_is_a_price(gateway: Gateway) -> None:
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k="0.6", completion_usd_per_1k="2.2")
    assert ask(QUESTION)["cost_usd"] == pytest.approx(0.104)


def test_without_a_key_it_is_quotes_for_nothing(settings) -> None:
    settings.RUNAPI_KEY = ""
    answer = ask(QUESTION)
    assert (answer["written_by"], answer["model"], answer["cost_usd"]) == ("quotes", None, 0)
    assert answer["sentences"] and all(sentence["supported"] for sentence in answer["sentences"])


def test_refused_key_falls_back_to_quotes(gateway: Gateway) -> None:
    gateway.enqueue(error(401))
    assert ask(QUESTION)["written_by"] == "quotes"


def test_irrelevant_question_is_not_answered_and_costs_nothing(gateway: Gateway, settings) -> None:
    settings.RELEVANCE_FLOOR = 1.1
    answer = ask("What is the capital of France?")
    assert (answer["outcome"], answer["sentences"], answer["cost_usd"]) == ("cannot_answer", [], 0)
    assert not gateway.requests


def test_internal_articles_answer_internal_questions_only(article, gateway: Gateway) -> None:
    article("staff.md", "# Staff\n\nAgents refund up to 500 EUR by themselves.", Audience.INTERNAL)
    ask("What may agents refund?")
    ask("What may agents refund?", "--audience", "internal")
    without, with_it = gateway.completions
    assert "500 EUR" not in without.prompt and "500 EUR" in with_it.prompt


def test_person_reads_sentences_with_quotes(gateway: Gateway) -> None:
    gateway.enqueue("It takes 5 business days [1]. It takes 9 days [1].")
    out = StringIO()
    call_command("ask", QUESTION, stdout=out, stderr=StringIO())
    assert "It takes 5 business days. [1]   (Matches)" in out.getvalue()
    assert "It takes 9 days. [1]   (no match)" in out.getvalue()
    assert "[1] Refunds › Duration\n    “We refund you within 5 business days" in out.getvalue()


def test_bytes_that_are_no_text_are_asked_without(gateway: Gateway) -> None:
    assert ask(f"{QUESTION} \udcff", "--locale", "\udcff")["outcome"] == "answer"
    assert "\udcff" not in gateway.completions[0].prompt


def test_empty_question_is_an_error() -> None:
    with pytest.raises(CommandError, match="Ask something"):
        ask("  ")


@pytest.mark.slow
def test_stdout_holds_one_json_value_in_a_data_folder_of_its_own(tmp_path: Path) -> None:
    environment = {**os.environ, "CITEDESK_DATA": str(tmp_path / "data")}
    environment.pop("REDIS_URL", None)
    command = [sys.executable, "manage.py", "ask", QUESTION, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "cannot_answer"
