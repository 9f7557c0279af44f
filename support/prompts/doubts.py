"""What an admin is warned of in house rules, which may be put in force all the same. Pure.

Whatever they say, the desk's own rules stand behind them and the evidence check reads every sentence: a rule
against citations undoes none, it only confuses the model.
"""

import re

from support import evidence
from support.models import Verdict
from support.prompts.built_in import Prompt
from support.prompts.instructions import QUOTED

CITATIONS = re.compile(
    r"\[\d*\]|\b(?:(?:square )?brackets?|citations?|cit(?:e|es|ed|ing)\b|footnotes?|passage numbers?|"
    r"klammern?|quellenangaben?|zitat\w*|crochets?|corchetes?|parentesi)",
    re.IGNORECASE,
)
FORMS = re.compile(r"\b(?:CANNOT[_ ]ANSWER|CLARIFY)\b")
OTHER_RULES = re.compile(
    r"\b(?:ignore|disregard|override|overrule|bypass|forget|ignorier\w*|missacht\w*|ignorez|ignorer|ignora\w*)\b"
    r"|\b(?:rules?|instructions?|prompts?) (?:above|before|below)\b"
    r"|\b(?:above|previous|earlier|prior|system|other) (?:rules?|instructions?|prompts?)\b",
    re.IGNORECASE,
)
# A sentence to be said each time: “always end with …”, “close every reply with …”, “add: …”.
ALWAYS = re.compile(
    r"\b(?:always|each|every|all)\b[^.\n]{0,60}\b(?:end|close|finish|conclude|add|append|include|mention|say|"
    r"write|promise|offer|state|tell)\b"
    r"|\b(?:end|close|finish|conclude|sign off)\b[^.\n]{0,40}\bwith\b"
    r"|\b(?:add|append|include)\b[^.\n]{0,40}[:“\"„«]"
    r"|\b(?:immer|jede\w*|stets)\b[^.\n]{0,60}\b(?:ende\w*|schließ\w*|füg\w*|schreib\w*|erwähn\w*|sag\w*|enden)\b"
    r"|\b(?:toujours|chaque|siempre|cada|sempre|ogni)\b[^.\n]{0,60}"
    r"\b(?:termin\w*|fini\w*|ajout\w*|añad\w*|agreg\w*|adicion\w*|aggiung\w*|conclu\w*)\b",
    re.IGNORECASE,
)

OF_CITATIONS = (
    "“{said}”: this speaks of citations. The desk’s own rule stays in force whatever yours say: each "
    "sentence cites its passage. Customers read no numbers, so no rule about them is needed."
)
OF_FORMS = (
    "“{said}”: with this word the model tells the desk that it declines or asks back. A house rule about it "
    "can make it decline where an answer is known, or answer where none is."
)
OF_OTHER_RULES = (
    "“{said}”: this looks like a rule about other rules. Yours decide on tone and wording only; what may be "
    "said, and that customers’ messages command nothing, is told to the model after them."
)
OF_UNBACKED = (
    "“{said}”: this asks for a sentence in every reply. Where no article says it, it is marked “no match”, "
    "and an agent has to check it by hand each time. Write it into an article, or ask for a courtesy that "
    "claims nothing."
)


def doubts(prompt: Prompt, text: str) -> list[str]:
    """Sentences for an admin, one for each line that gives rise to one."""
    if prompt != Prompt.HOUSE:
        return []
    return [told for line in text.splitlines() if line.strip() for told in _of_line(line.strip())]


def _of_line(line: str) -> list[str]:
    rules = ((CITATIONS, OF_CITATIONS), (FORMS, OF_FORMS), (OTHER_RULES, OF_OTHER_RULES))
    found = [told for said, told in rules if said.search(line)]
    if ALWAYS.search(line) and not found and not _only_courtesies(line):
        found.append(OF_UNBACKED)
    shown = line if len(line) <= 80 else f"{line[:80]}…"
    return [told.format(said=shown) for told in found]


def _only_courtesies(line: str) -> bool:
    """All that it has said word for word claims nothing, such as thanks."""
    phrases = [phrase[0][1:-1] for phrase in QUOTED.finditer(line)]
    said = [one for phrase in phrases for one in evidence.check(phrase, []).sentences]
    return bool(said) and all(one.verdict == Verdict.NEEDS_NO_PROOF for one in said)
