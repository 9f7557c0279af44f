"""How tests of the knowledge base's pages sign in, send files, and bring documents there."""

import re
from typing import Any
from urllib.parse import quote

from django.test import Client
from django.urls import reverse

from kb import ingest
from kb.models import Audience, Document
from kb.retrieval import retrieve
from support.models import Agent

RETURNS = b"# Returns\n\n## Deadline\n\nYou can send the bike back within 30 days of delivery.\n"
LATER = RETURNS.replace(b"30 days", b"45 days")
QUESTION = "How many days do I have to send the bike back?"
HTMX = {"HTTP_HX_REQUEST": "true"}


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    return client


def searchable(reference: str = "returns.md", data: bytes = RETURNS, **fields: Any) -> Document:
    document = ingest.receive(reference, data, **fields)
    ingest.ingest(document)
    document.refresh_from_db()
    assert document.state == Document.State.SEARCHABLE, document.reason
    return document


def send(
    client: Client, name: str = "returns.md", data: bytes = RETURNS, audience: str = "public", **more: str
) -> Any:
    """Written by hand, because the name must arrive as it is, as from a client that is no browser."""
    named = f"filename*=UTF-8''{quote(name, safe='')}"
    fields = "".join(
        f'--cut\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in {"audience": audience, **more}.items()
    )
    head = f'--cut\r\nContent-Disposition: form-data; name="file"; {named}\r\nContent-Type: text/html\r\n\r\n'
    body = f"{fields}{head}".encode() + data + b"\r\n--cut--\r\n"
    return client.post(reverse("upload"), body, content_type="multipart/form-data; boundary=cut", **HTMX)


def finds(question: str, audience: Audience, **filters: Any) -> list[str]:
    return [hit.passage.document.reference for hit in retrieve(question, audience, **filters).hits]


def listed(client: Client, **filters: str) -> set[str]:
    """The references that the list of documents shows."""
    text = client.get(reverse("documents"), filters).content.decode()
    return set(re.findall(r'class="small muted reference">([^<]+)<', text))
