"""The editor in a real browser: what is written is shown, kept, and brought back."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image as Pillow
from playwright.sync_api import Page, expect

from kb.models import Document, Edit
from tests import cast

pytestmark = [pytest.mark.slow]

TEXT = "# Refunds\n\nRefunds take **5 days**.\n\n| Card | Days |\n|---|---|\n| Visa | 5 |\n"


def test_an_article_is_written_kept_illustrated_and_published(
    desk: Callable[..., Page], accessible: Callable[[Page], None], tmp_path: Path
) -> None:
    adam = cast.adam()
    page = desk("/documents/new/", adam)
    page.get_by_label("Title").fill("Refunds")
    text = page.get_by_label("Text, in Markdown")
    text.fill(TEXT)
    preview = page.get_by_label("Preview", exact=True)
    expect(preview.locator("strong")).to_have_text("5 days")
    expect(preview.get_by_role("cell", name="Visa")).to_be_visible()
    expect(page.locator("[data-status]")).to_contain_text("Kept at")
    assert Edit.objects.get().text == TEXT
    # A closed tab loses nothing, neither what was kept nor what was not yet.
    text.press_sequentially("More.")
    page.goto("/documents/new/")
    expect(text).to_have_value(f"{TEXT}More.")
    # A picture is added, and shown.
    file = io.BytesIO()
    Pillow.new("RGB", (400, 200), "teal").save(file, "PNG")
    picture = {"name": "where to click.png", "mimeType": "image/png", "buffer": file.getvalue()}
    other = {**picture, "name": "what you see.png"}
    bad = {**picture, "name": "no picture.png", "buffer": b"no picture"}
    text.press("Control+Home")
    page.get_by_label("Add a picture").set_input_files([picture, other, bad])
    expect(page.get_by_text("no picture.png:")).to_be_visible()
    expect(preview.get_by_role("img", name="where to click")).to_be_visible()
    expect(preview.get_by_role("img", name="what you see")).to_be_visible()
    # On the empty line above a paragraph it is none of that paragraph's words.
    text.evaluate(
        "(field) => { const at = field.value.indexOf('\\nRefunds take'); field.setSelectionRange(at, at) }"
    )
    page.get_by_label("Add a picture").set_input_files([{**picture, "name": "in between.png"}])
    expect(preview.get_by_role("img", name="in between")).to_be_visible()
    # Keys mark what is selected.
    # Nothing is left selected that the next key would replace.
    assert text.evaluate("(field) => field.selectionStart === field.selectionEnd")
    text.press("Control+End")
    text.press("Enter")
    text.press("Control+b")
    text.press_sequentially("new")
    expect(page.locator("[data-status]")).to_contain_text("Kept at")
    accessible(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Saved. Searches find it as it is now.")).to_be_visible()
    made = Document.objects.get()
    assert made.current is not None and "**new**" in made.current.text and "\r" not in made.current.text
    assert made.images.count() == 1 and made.current.text.count("![") == 3  # the same picture, kept once
    assert re.search(rf"\)\n\n+{re.escape(TEXT[:8])}", made.current.text)  # above the heading
    assert re.search(r"Refunds\n\n!\[in between\]\(\S+\)\n\nRefunds take", made.current.text)
    assert not Edit.objects.exists()


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_writing_and_its_look_take_turns(
    dark: bool, desk: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = desk("/documents/new/", cast.adam(), width=390, height=844, dark=dark)
    text, preview = page.get_by_label("Text, in Markdown"), page.locator("[data-preview-pane]")
    text.fill(TEXT)
    expect(preview).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(preview.locator("strong")).to_have_text("5 days")
    expect(text).to_be_hidden()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
