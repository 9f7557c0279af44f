"""Say for each sentence of a text what supports it, with the quote. Pure; takes any text there is.

A citation counts only if its number was offered. Its quote is what that passage says of the same thing, word
for word. What is shown has no marks in it.
"""

from support.evidence.checking import check, quote, recheck
from support.evidence.marks import MARK, Mark, without_marks
from support.evidence.results import Checked, Cited, Evidence, Offered

__all__ = [
    "MARK",
    "Checked",
    "Cited",
    "Evidence",
    "Mark",
    "Offered",
    "check",
    "quote",
    "recheck",
    "without_marks",
]
