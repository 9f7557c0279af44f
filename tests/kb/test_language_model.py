"""The detector's model is read from disk in place, and answers as the library's own loader does."""

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from kb.extract.language_model import identifier

SAID = (
    "Where is my order? I have waited for two weeks now.",
    "Wie kann ich mein Passwort zurücksetzen, wenn ich kein Telefon mehr habe?",
    "¿Cómo puedo cambiar la dirección de mi pedido?",
    "パスワードを忘れました。",
    "Я не могу войти в свой аккаунт.",
    "คำสั่งซื้อของฉันอยู่ที่ไหน",
    "12345 !!",
    "",
)


def test_the_model_on_disk_says_what_the_model_in_memory_says() -> None:
    in_memory = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    assert [identifier().rank(text) for text in SAID] == [in_memory.rank(text) for text in SAID]


def test_the_model_lies_on_disk() -> None:
    """Its two large parts: the states, and what each tells of each language."""
    assert not identifier().nb_ptc.flags.owndata
    assert isinstance(identifier().tk_nextmove, memoryview)
