"""The environment variables that config/settings.py reads, found without running it; imports none of ours."""

import ast
from pathlib import Path

SETTINGS = Path(__file__).resolve().parent.parent / "config" / "settings.py"


def settings_read() -> set[str]:
    """The first argument of each env call."""
    calls = (node for node in ast.walk(ast.parse(SETTINGS.read_text())) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }
