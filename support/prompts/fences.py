"""Keep material material: nothing in it opens or closes a fence, or is there without being seen. Pure."""

import re

# Fences of ours, the marks by which models tell who speaks, and brackets that look like theirs.
FENCES = re.compile(
    r"[<＜﹤〈⟨](?=[\s\u200c\u200d]*[/／]?[\s\u200c\u200d]*"
    r"(?:(?:passages?|sentences?|tags?|house|conversation|customer|agent|reply|system|assistant|user|developer|observation|think)\b"
    r"|(?:tool|function|arg|im)_|[|｜]))",
    re.IGNORECASE,
)
# What no reader sees can carry words all the same: tags, soft hyphens, blanks without width, turning marks.
INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
# One character for one: the model sees the words that the check reads.
NO_FENCE = "‹"


def fenced(text: str) -> str:
    return FENCES.sub(NO_FENCE, INVISIBLE.sub("", text).strip())


def attribute(text: str) -> str:
    return " ".join(fenced(text).replace('"', "”").replace("<", "‹").replace(">", "›").split())
