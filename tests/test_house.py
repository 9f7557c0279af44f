"""The house: folders, import arrows, and nothing in the repository that belongs to somebody's machine."""

import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"config", "kb", "support", "llm", "templates", "static", "demo", "tests", "bench", "docs"}
APPS = ("kb", "support", "llm")
# Module names that say nothing; a step has a verb module, a row has methods.
NO_HOMES = {"services", "utils", "helpers", "common", "misc", "manager", "signals"}


def tracked() -> list[Path]:
    """Files under version control that exist; none outside a checkout (a released archive)."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_imports_point_one_way() -> None:
    assert (
        lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
        == EXIT_STATUS_SUCCESS
    )


def test_each_module_is_either_a_door_or_a_verb() -> None:
    # One that stands in neither list could import whatever it likes.
    lists = _contract("doors")
    listed = Counter([*lists["source_modules"], *lists["forbidden_modules"]])
    assert listed == Counter(f"{app}.{name}" for app in APPS for name in _modules(ROOT / app))


def test_whatever_is_not_an_agent_s_page_is_kept_from_sending() -> None:
    # `inbox` sends; `demo`, which the command loads, records replies of the past. Others have no way there.
    lists = _contract("sends")
    assert lists["forbidden_modules"] == ["support.sending"]
    allowed = {"sending", "inbox", "demo", "management"}
    others = {f"support.{name}" for name in _modules(ROOT / "support") - allowed}
    assert Counter(lists["source_modules"]) == Counter([*others, "kb", "llm"])


def test_a_migration_changes_tables_or_moves_data() -> None:
    # A table that was changed stays locked until the data is moved, and neither can be repeated alone.
    moves = re.compile(r"RunPython\(|[\"\n] *(?:UPDATE|INSERT|DELETE) ")
    changes = re.compile(r"migrations\.(?:Add|Alter|Create|Delete|Remove|Rename)[A-Z]")
    found = {path: path.read_text() for app in APPS for path in (ROOT / app / "migrations").glob("0*.py")}
    assert any(moves.search(text) for text in found.values())
    assert not [path.name for path, text in found.items() if moves.search(text) and changes.search(text)]


def _contract(about: str) -> dict[str, Any]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (found,) = (one for one in contracts if about in one["name"])
    return found


def test_the_architecture_names_each_module_and_none_that_is_gone() -> None:
    named = set(re.findall(r"`((?:kb|support|llm)/[a-z_]+)(?:/|\.py)", _architecture()))
    assert named == {f"{app}/{name}" for app in APPS for name in _modules(ROOT / app)}


def test_the_architecture_names_each_behaviour_of_the_pages() -> None:
    (row,) = (line for line in _architecture().splitlines() if line.startswith("| `static/js/`"))
    named = set(re.findall(r"`([a-z-]+)`", row))
    assert named == {path.stem for path in (ROOT / "static" / "js").glob("*.js")}


def test_the_glossary_explains_each_word_once() -> None:
    rows = (ROOT / "docs" / "glossary.md").read_text().splitlines()
    words = Counter(word for row in rows if row.startswith("| **") for word in _bold(row.split(" | ")[0]))
    assert not [word for word, times in words.items() if times > 1]


def _bold(cell: str) -> list[str]:
    return re.findall(r"\*\*(.+?)\*\*", cell)


def test_the_readme_names_each_command_for_a_person() -> None:
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")} - {"__init__"}
    # `up` is `make run`, which also loads the demo.
    assert commands - {"up", "demo"} <= set(
        re.findall(r"manage\.py ([a-z-]+)", (ROOT / "README.md").read_text())
    )


def _architecture() -> str:
    return (ROOT / "docs" / "architecture.md").read_text()


def _modules(app: Path) -> set[str]:
    packages = {path.parent.name for path in app.glob("*/__init__.py")}
    return (packages | {path.stem for path in app.glob("*.py")}) - {"__init__", "apps", "migrations"}


def test_a_name_of_support_has_one_address() -> None:
    # A package shows what is its own; a module shows nothing of another. mypy refuses what isn't declared.
    modules = [path for path in (ROOT / "support").rglob("*.py") if path.name != "__init__.py"]
    assert not [path.name for path in modules if re.search(r"^__all__\b", path.read_text(), re.M)]


def test_the_folders_are_the_architecture() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in tracked() if path.parent != ROOT}
    assert top - {".ci"} <= FOLDERS
    packages = {path.parent.name for path in tracked() if path.name == "apps.py"}
    assert packages == {"config", "kb", "support", "llm"}


def test_modules_have_names_that_say_something() -> None:
    ours = [path for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT)]
    assert not [str(path.relative_to(ROOT)) for path in ours if path.stem in NO_HOMES]


def test_no_registry_or_index_is_named() -> None:
    # Whoever installs decides where from; hashes say that it is the same.
    named = re.compile(
        r"(?<!emit-)(?:extra-)?index[-_]url\s*[= ]\s*['\"]?https?:|find-links\s*[= ]\s*\S*[/:]"
        r"|files\.pythonhosted|pypi\.org/simple|registry\.npmjs"
    )
    assert not [hit for path in tracked() if path != Path(__file__) for hit in _hits(path, named)]


def test_no_path_of_a_developer_s_machine_is_named() -> None:
    place = re.compile(r"(?<![\w.~-])/(?:root|work|home/[a-z]+|Users/[A-Za-z]+)/[\w.]")
    assert not [hit for path in tracked() if path != Path(__file__) for hit in _hits(path, place)]


def test_requirements_are_pinned_with_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        entries = re.split(r"\n(?=\S)", (ROOT / name).read_text())
        packages = [entry for entry in entries if entry and not entry.startswith("#")]
        assert packages
        assert not [entry for entry in packages if "==" not in entry or "--hash=sha256:" not in entry]


def _hits(path: Path, pattern: re.Pattern[str]) -> list[str]:
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return []  # a picture or a document
    return [f"{path.relative_to(ROOT)}: {match[0]}" for match in pattern.finditer(text)]
