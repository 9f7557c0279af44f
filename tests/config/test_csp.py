"""The Content-Security-Policy: on every kind of page, without a loophole, and no page needs one."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from support.models import Widget
from tests import cast

pytestmark = pytest.mark.django_db

# What the policy blocks in a page's text: scripts and styles that don't come from a file of ours.
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)(?![^>]*\btype=.application/json)|\s(?:style|on[a-z]+)=\"")


def ticket() -> str:
    return f"/tickets/{cast.ask('Where is my bike?').ticket.pk}/"


def document() -> str:
    return f"/documents/{cast.passage('You can return it.').document.pk}/"


def widget() -> str:
    return f"/admin/support/widget/{Widget.objects.create(name='Shop').pk}/change/"


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (lambda: "/tickets/", 200),
        (ticket, 200),
        (lambda: "/documents/", 200),
        (document, 200),
        (lambda: "/search/?q=return", 200),
        (lambda: "/people/", 200),
        (lambda: "/gaps/", 200),
        (lambda: "/account/", 200),
        (lambda: "/admin/", 200),
        (lambda: "/admin/support/ticket/", 200),
        (lambda: "/admin/llm/modelcall/", 200),
        (lambda: "/admin/llm/price/add/", 200),
        (widget, 200),
        (lambda: "/nowhere/", 404),
        (lambda: "/documents/999999/", 404),
    ],
)
def test_a_page_runs_nothing_but_our_files_and_stands_in_no_frame(
    client: Client, page: Callable[[], str], status: int
) -> None:
    client.force_login(cast.adam())
    _strict(client, page(), status)


@pytest.mark.parametrize(("path", "status"), [("/sign-in/", 200), ("/admin/login/", 200), ("/nowhere/", 404)])
def test_so_does_a_page_for_strangers(client: Client, path: str, status: int) -> None:
    _strict(client, path, status)


def _strict(client: Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert "unsafe-" not in answer["Content-Security-Policy"]
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert not INLINE.findall(answer.content.decode())
