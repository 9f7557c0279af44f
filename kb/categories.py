"""Keep the tree of categories: no circle, no name twice in a place, nothing removed that holds documents."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count

from kb.lifecycle import Refused
from kb.models import Category

LONGEST_NAME = 100
TAKEN = "There is a category of this name in this place already."
DEEPEST = 6


@dataclass(frozen=True)
class Node:
    """A category in its place: its depth, its name from the top, and its documents with those below it."""

    category: Category
    depth: int
    path: str
    documents: int

    @property
    def is_empty(self) -> bool:
        return not self.documents and not self.category.children.all()


def tree() -> list[Node]:
    """All of them, each below what it belongs to."""
    counted = Category.objects.annotate(number=Count("documents")).prefetch_related("children")
    below: dict[int | None, list[Category]] = {}
    for category in counted.order_by("position", "name", "pk"):
        below.setdefault(category.parent_id, []).append(category)
    return list(_below(below, None, 0, ""))


def _below(
    below: dict[int | None, list[Category]], parent: int | None, depth: int, path: str
) -> Iterable[Node]:
    for category in below.get(parent, ()):
        full = f"{path} › {category.name}" if path else category.name
        under = list(_below(below, category.pk, depth + 1, full))
        number = sum(node.documents for node in under if node.depth == depth + 1)
        yield Node(category, depth, full, number + category.number)  # type: ignore[attr-defined]  # annotated
        yield from under


def within(ids: Collection[int]) -> tuple[int, ...]:
    """These and all that stand below them."""
    parents = dict(Category.objects.values_list("pk", "parent"))
    return tuple(sorted(pk for pk in parents if _ancestors(pk, parents) & set(ids)))


def named(name: str) -> Category | None:
    """By its path (“Orders › Refunds”, or with /) or, if only one has it, its name."""
    wanted = " › ".join(part.strip() for part in name.replace("/", "›").split("›")).casefold()
    nodes = tree()
    exact = [node.category for node in nodes if node.path.casefold() == wanted]
    found = exact or [node.category for node in nodes if node.category.name.casefold() == wanted]
    return found[0] if len(found) == 1 else None


def create(name: str, parent: Category | None = None) -> Category:
    with _kept_still():
        if parent and _depth(parent.pk) + 1 >= DEEPEST:
            raise Refused(f"Categories stand {DEEPEST} deep at most: choose a higher place.")
        return Category.objects.create(name=_free(_checked(name), parent), parent=parent)


def change(category_id: int, name: str, parent: Category | None) -> Category:
    """Another name, another place, or both."""
    with _kept_still():
        category = Category.objects.filter(pk=category_id).first()
        if category is None:
            raise Refused("This category was removed meanwhile.")
        if parent and category.pk in _ancestors(parent.pk, _parents()):
            raise Refused(f"“{category}” can’t stand below itself: choose another place.")
        if parent and _depth(parent.pk) + 1 + _height(category.pk) >= DEEPEST:
            raise Refused(f"Categories stand {DEEPEST} deep at most: choose a higher place.")
        category.name, category.parent = _free(_checked(name), parent, besides=category.pk), parent
        category.save(update_fields=["name", "parent"])
        return category


def remove(category_id: int) -> None:
    """Only if nothing is in it: documents keep their place until somebody moves them."""
    with _kept_still():
        category = Category.objects.select_for_update().filter(pk=category_id).first()
        if category is None:
            return
        if category.children.exists():
            raise Refused(f"“{category}” holds other categories: move or remove them first.")
        if number := category.documents.count():
            what = "a document" if number == 1 else f"{number} documents"
            raise Refused(f"“{category}” holds {what}: sort them elsewhere first.")
        category.delete()


class _kept_still:
    """The tree is changed by one at a time, so that two changes make no circle together."""

    def __enter__(self) -> None:
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        list(Category.objects.order_by("pk").select_for_update(no_key=True).values_list("pk"))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._transaction.__exit__(kind, error, trace)  # type: ignore[arg-type]
        if isinstance(error, IntegrityError):
            raise Refused(TAKEN) from error


def _checked(name: str) -> str:
    said = " ".join(name.replace("\x00", "").split())
    if not said:
        raise Refused("Write a name first.")
    if len(said) > LONGEST_NAME:
        raise Refused(f"The name is too long: {LONGEST_NAME} characters are the most.")
    if "›" in said or "/" in said:
        raise Refused("A name can’t hold “/” or “›”, which stand between a category and its place.")
    return said


def _free(name: str, parent: Category | None, besides: int = 0) -> str:
    """Orders and orders are one to whoever sorts documents."""
    if Category.objects.filter(parent=parent, name__iexact=name).exclude(pk=besides).exists():
        raise Refused(TAKEN)
    return name


def _parents() -> dict[int, int | None]:
    return dict(Category.objects.values_list("pk", "parent"))


def _ancestors(pk: int | None, parents: dict[int, int | None]) -> set[int]:
    """Itself among them."""
    found: set[int] = set()
    while pk is not None and pk not in found:
        found.add(pk)
        pk = parents.get(pk)
    return found


def _depth(pk: int) -> int:
    return len(_ancestors(pk, _parents())) - 1


def _height(pk: int) -> int:
    """How many levels stand below it."""
    parents = _parents()
    return (
        max(len(_ancestors(one, parents)) for one in parents if pk in _ancestors(one, parents))
        - _depth(pk)
        - 1
    )
