"""Suggest what a ticket is about. Agents decide on tags and priority.

Language, sentiment and a line of summary are information.

`ask` when a customer has written, `claim` and `work` for the worker, `take` and `dismiss` for the agent.
"""

from support.triage.jobs import ask, claim, due, forgotten, work
from support.triage.settling import Changed, Open, choose, dismiss, open_suggestions, take, version

__all__ = [
    "Changed",
    "Open",
    "ask",
    "choose",
    "claim",
    "dismiss",
    "due",
    "forgotten",
    "open_suggestions",
    "take",
    "version",
    "work",
]
