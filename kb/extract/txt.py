"""Read plain text as Markdown: a short line that stands alone above a paragraph is its heading. Pure."""

import re

from kb.extract.result import Reading

LONGEST_HEADING = 80  # characters
MOST_WORDS = 12
BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
# It begins like a sentence or a number, no list mark, and does not end like a sentence.
HEADING = re.compile(r"(?:\d+(?:\.\d+)*\s+)?[^\W\d_][^\n]*[^\s.!?:;,…。！？：；，]")


def read(text: str) -> Reading:
    blocks = BLANK_LINES.split(text.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))
    looks = [_looks_like_a_heading(block) for block in blocks]
    title = blocks[0].strip() if looks[0] and len(blocks) > 1 else ""
    marked = [f"# {title}"] if title else []
    for place in range(len(marked), len(blocks)):
        # What stands above another such line is a list of short lines, not a heading.
        heads = looks[place] and place + 1 < len(blocks) and not looks[place + 1]
        marked.append(f"## {blocks[place].strip()}" if heads and place else blocks[place])
    return Reading(text="\n\n".join(marked), title=title)


def _looks_like_a_heading(block: str) -> bool:
    line = block.strip()
    if "\n" in line or len(line) > LONGEST_HEADING or len(line.split()) > MOST_WORDS:
        return False
    return HEADING.fullmatch(line) is not None and not line[0].islower()
