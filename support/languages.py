"""Which language a customer is answered in, and what it is called. Pure."""

from collections.abc import Sequence

from django.conf.locale import LANG_INFO

from kb.extract.languages import LANGUAGES as CODES
from kb.extract.languages import message_locale
from kb.lexemes import language_of
from kb.retrieval.languages import spoken_language

# Those that Django's list of names leaves out.
MORE_NAMES = {
    "am": "Amharic", "as": "Assamese", "fo": "Faroese", "gu": "Gujarati", "ht": "Haitian Creole",
    "jv": "Javanese", "ku": "Kurdish", "lo": "Lao", "mg": "Malagasy", "mt": "Maltese", "oc": "Occitan",
    "or": "Odia", "ps": "Pashto", "rw": "Kinyarwanda", "so": "Somali", "tl": "Tagalog", "xh": "Xhosa",
    "yi": "Yiddish", "yo": "Yoruba", "zh": "Chinese", "zu": "Zulu",
}  # fmt: skip
# Code and English name, in the order of the names.
NAMES: dict[str, str] = dict(
    sorted(
        ((code, MORE_NAMES.get(code) or str(LANG_INFO[code]["name"])) for code in CODES),
        key=lambda named: named[1],
    )
)


def is_known(code: str) -> bool:
    return language_of(code) in NAMES


def name_of(code: str) -> str:
    """ "Portuguese" for "pt-BR"; empty for one that has no name here."""
    return NAMES.get(language_of(code), "")


def spoken(messages: Sequence[str], own: str = "") -> str:
    """The language of whoever wrote these, oldest first; "" where nothing tells.

    What they chose themselves counts; then what they wrote last, as far as it is long enough to tell.
    """
    if is_known(own):
        return language_of(own)
    if not messages:
        return ""
    last, all_of_them = messages[-1], "\n".join(messages)
    for tell in (message_locale, spoken_language):
        for text in (last, all_of_them):
            if is_known(found := tell(text)):
                return found
    return ""
