"""Who may open which page of the knowledge base. Alice is an agent, Adam an admin."""

import pytest
from django.test import Client
from django.urls import reverse

from kb.models import Audience, Document, DocumentChange
from tests import cast
from tests.kb.pages import HTMX, searchable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


PAGES: list[tuple[str, str, bool]] = [  # name, method, may an agent?
    ("documents", "get", True),
    ("document-rows", "get", True),
    ("document", "get", True),
    ("document-state", "get", True),
    ("document-original", "get", True),
    ("search", "get", True),
    ("upload", "post", False),
    ("document-status", "post", False),
    ("document-audience", "post", False),
    ("document-read-again", "post", False),
    ("document-delete", "get", False),
    ("document-delete", "post", False),
    ("document-compare", "get", True),
    ("document-details", "get", False),
    ("document-details", "post", False),
    ("restore-text", "get", False),
    ("restore-text", "post", False),
    ("restore-change", "post", False),
]
WITHOUT_DOCUMENT = ("documents", "document-rows", "search", "upload")
# Pages of admins alone; what they do is tested where they are.
FOR_ADMINS = [  # name, method, id of a row
    ("synonyms", "get", None),
    ("synonyms", "post", None),
    ("link-sibling", "post", 1),
    ("upload-replaced", "post", None),
    ("change-synonym", "get", 1),
    ("change-synonym", "post", 1),
    ("remove-synonym", "post", 1),
    ("document-new", "get", None),
    ("document-new", "post", None),
    ("document-new-keep", "post", None),
    ("document-new-give-up", "post", None),
    ("document-edit", "get", 1),
    ("document-edit", "post", 1),
    ("document-keep", "post", 1),
    ("document-give-up", "post", 1),
    ("document-preview", "post", None),
    ("add-picture", "post", None),
    ("upkeep", "get", None),
    ("find-duplicates", "post", None),
    ("duplicates", "get", None),
    ("duplicate", "get", 1),
    ("dismiss-duplicate", "post", 1),
    ("documents-bulk", "get", None),
    ("documents-bulk", "post", None),
    ("bulk-change", "get", 1),
    ("stop-bulk-change", "post", 1),
    ("categories", "get", None),
    ("categories", "post", None),
    ("change-category", "get", 1),
    ("change-category", "post", 1),
    ("remove-category", "post", 1),
    ("try-retrieval", "get", None),
    ("label-question", "post", None),
    ("labelled-questions", "get", None),
    ("unlabel-question", "post", 1),
    ("start-run", "post", None),
    ("run-progress", "get", None),
    ("models", "get", None),
    ("model-progress", "get", None),
    ("model-start", "get", None),
    ("model-start", "post", None),
    ("model-activate", "post", None),
    ("model-compare", "post", None),
    ("model-retire", "get", 1),
    ("model-retire", "post", 1),
]


def address(name: str, document: Document) -> str:
    if name in WITHOUT_DOCUMENT:
        return reverse(name)
    made = DocumentChange.objects.get_or_create(document=document)[0]
    more = {"restore-text": [1], "restore-change": [made.pk]}.get(name, [])
    path = reverse(name, args=[document.pk, *more])
    return f"{path}?from=1&to=1" if name == "document-compare" else path


def test_every_address_of_the_knowledge_base_stands_in_the_matrix() -> None:
    from kb.urls import urlpatterns

    # test_editor, test_finding, test_locales
    elsewhere = {"picture", "passage", "passage-questions", "unlink-sibling"}
    known = {name for name, _, _ in PAGES} | {name for name, _, _ in FOR_ADMINS} | elsewhere
    assert {pattern.name for pattern in urlpatterns} == known


@pytest.mark.parametrize(("name", "method", "row"), FOR_ADMINS)
def test_pages_of_admins_are_closed_to_agents_and_strangers(
    name: str, method: str, row: int | None, alice: Client, client: Client
) -> None:
    path = reverse(name, args=[row] if row else [])
    answer = getattr(client, method)(path)
    assert answer.status_code == 302 and answer.url.startswith(reverse("sign-in"))
    assert getattr(alice, method)(path).status_code == 403


@pytest.mark.parametrize(("name", "method", "agent_may"), PAGES)
def test_strangers_are_sent_to_the_sign_in(name: str, method: str, agent_may: bool, client: Client) -> None:
    document = searchable()
    answer = getattr(client, method)(address(name, document))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign-in"))
    assert Document.objects.filter(pk=document.pk, status="published", audience="public").exists()


@pytest.mark.parametrize(("name", "method", "agent_may"), PAGES)
def test_agents_read_and_only_admins_change(
    name: str, method: str, agent_may: bool, alice: Client, adam: Client
) -> None:
    document = searchable()
    answer = getattr(alice, method)(address(name, document))
    assert answer.status_code == (200 if agent_may else 403)
    assert Document.objects.filter(pk=document.pk, status="published", audience="public").exists()
    assert getattr(adam, method)(address(name, document)).status_code in (200, 302, 422)


def test_a_fragment_asked_for_without_sign_in_leads_the_whole_page_to_the_sign_in(client: Client) -> None:
    answer = client.get(reverse("document-rows"), **HTMX)
    assert answer["HX-Redirect"] == f"{reverse('sign-in')}?next=%2F"
    assert not answer.content


def test_agents_see_internal_documents_but_no_unpublished_ones(alice: Client) -> None:
    internal = searchable("goodwill.md", b"# Goodwill\n\nUp to 60 euros.", audience=Audience.INTERNAL)
    hidden = searchable("old.md", b"# Old prices\n\nNo longer true.", publish=False)
    listed = alice.get(reverse("documents")).content.decode()
    assert "Goodwill" in listed and "Old prices" not in listed
    assert alice.get(internal.get_absolute_url()).status_code == 200
    for name in ("document", "document-state", "document-original"):
        assert alice.get(reverse(name, args=[hidden.pk])).status_code == 404


def test_agents_are_shown_no_control_that_they_may_not_use(alice: Client) -> None:
    document = searchable()
    for page in (reverse("documents"), document.get_absolute_url()):
        text = alice.get(page).content.decode()
        assert reverse("upload") not in text
        assert ">Unpublish<" not in text and "Delete" not in text


def test_changes_need_a_token_of_the_page(offered: list[int]) -> None:
    admin = cast.adam()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    document = searchable()
    for name, method, agent_may in PAGES:
        if method == "post" and not agent_may:
            assert strict.post(address(name, document)).status_code == 403


# The admin site -----------------------------------------------------------------------------------------


def test_the_admin_site_shows_rows_and_changes_none(adam: Client) -> None:
    document = searchable()
    for model, row in [
        ("document", document),
        ("revision", document.current),
        ("passage", document.passages.get()),
    ]:
        assert adam.get(f"/admin/kb/{model}/").status_code == 200
        page = adam.get(f"/admin/kb/{model}/{row.pk}/change/")
        assert page.status_code == 200
        assert document.file.name not in page.content.decode()
        assert adam.post(f"/admin/kb/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
