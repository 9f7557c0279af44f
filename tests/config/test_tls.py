"""Behind a proxy that ends TLS (BEHIND_TLS): nothing that signs somebody in travels in the clear."""

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests import cast
from tests.conftest import PATIENCE
from tests.server import web_server

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FROM_THE_PROXY = {"X-Forwarded-Proto": "https"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[str]:
    settings = {"BEHIND_TLS": "true", "HSTS_SECONDS": "3600", "ALLOWED_HOSTS": "127.0.0.1"}
    with web_server(tmp_path / "web.log", **settings) as address:
        yield urlsplit(address).netloc


def ask(desk: str, path: str, form: dict[str, str] | None = None, **headers: str) -> HTTPResponse:
    connection = HTTPConnection(desk, timeout=PATIENCE)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST" if form else "GET", path, urlencode(form or {}), {**kind, **headers})
    answer = connection.getresponse()
    answer.read()
    return answer


def cookies(answer: HTTPResponse) -> SimpleCookie:
    return SimpleCookie("\n".join(answer.headers.get_all("Set-Cookie") or []))


def test_a_desk_behind_tls_answers_on_it_alone_and_for_its_own_name_alone(desk: str) -> None:
    plain = ask(desk, "/sign-in/")
    assert (plain.status, plain.headers["Location"]) == (301, f"https://{desk}/sign-in/")
    assert not cookies(plain)
    assert ask(desk, "/healthz").status == 200, "the health check asks from within"

    for proxy in ({}, FROM_THE_PROXY):
        assert ask(desk, "/sign-in/", **{"Host": "evil.example", **proxy}).status == 400

    page = ask(desk, "/sign-in/", **FROM_THE_PROXY)
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=3600"
    token = cookies(page)["csrftoken"]
    assert token["secure"]

    form = {"username": cast.alice().email, "password": cast.PASSWORD, "csrfmiddlewaretoken": token.value}
    sent = {**FROM_THE_PROXY, "Cookie": f"csrftoken={token.value}"}
    assert ask(desk, "/sign-in/", form, **sent, Origin="https://evil.example").status == 403
    signed_in = ask(desk, "/sign-in/", form, **sent, Origin=f"https://{desk}")
    assert signed_in.status == 302
    session = cookies(signed_in)["sessionid"]
    assert session["secure"] and session["httponly"] and session["samesite"] == "Lax"
