"""Statements that are planned once find what those planned each time do, and fail as those fail."""

import pytest
from django.db import DatabaseError, DataError, ProgrammingError, connection, transaction

from kb.retrieval import planned
from kb.retrieval.statements import rows

HARD = [
    "a",
    "",
    None,
    "NULL",
    "{",
    "}",
    ",",
    "a,b",
    '"',
    "\\",
    '\\"',
    "'",
    "o''b",
    " x ",
    "\t\n",
    "ä漢",
    "%s",
    "{}",
]


@pytest.fixture
def begun(db: None) -> None:
    """Within a transaction that has begun, as each test is, statements are planned as outside of one."""
    rows("SELECT 1", [])
    assert planned.possible()


def test_any_text_arrives_as_it_was_written(begun: None) -> None:
    for text in HARD:
        assert planned.rows("SELECT %s::text", [text]) == [(text,)]
    assert planned.rows("SELECT %s::text[], '100%%'", [HARD]) == [(HARD, "100%")]
    assert planned.rows("SELECT %s::text[]", [[]]) == [([],)]
    assert planned.rows("SELECT %s::bigint[], %s::int", [[1, None], -3]) == [([1, None], -3)]


@pytest.mark.parametrize(
    ("statement", "value", "error"),
    [
        ("SELECT 1 / %s", 0, DataError),
        ("SELECT %s::bigint", "x", DataError),
        ("SELECT %s::text", "a\x00b", DataError),
        ("SELEC %s", 1, ProgrammingError),
    ],
)
def test_it_fails_as_any_other_statement(
    begun: None, statement: str, value: object, error: type[Exception]
) -> None:
    with pytest.raises(error), transaction.atomic():
        planned.rows(statement, [value])
    assert planned.rows("SELECT %s::int", [3]) == [(3,)]


def test_who_looks_at_statements_sees_them_all(begun: None) -> None:
    seen: list[str] = []
    with connection.execute_wrapper(lambda run, sql, *rest: (seen.append(sql), run(sql, *rest))[1]):
        assert rows("SELECT %s::int", [5]) == [(5,)]
    assert seen == ["SELECT %s::int"]


@pytest.mark.django_db(transaction=True)
def test_a_session_that_was_emptied_plans_again() -> None:
    """As a pooler between the desk and the database may do."""
    assert rows("SELECT %s::int", [1]) == [(1,)]
    with connection.cursor() as cursor:
        cursor.execute("DISCARD ALL")
    assert rows("SELECT %s::int", [2]) == [(2,)]
    assert rows("SELECT current_setting('plan_cache_mode')", []) == [("force_generic_plan",)]
    # Known to the session, and not to this process, as after another one's turn in it.
    planned._sessions.clear()
    assert rows("SELECT %s::int", [3]) == [(3,)]


@pytest.mark.django_db(transaction=True)
def test_a_column_that_changed_is_searched_at_once() -> None:
    """As a migration does, while the desk is used."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE changing AS SELECT 7 AS number")
    assert rows("SELECT number FROM changing", []) == [(7,)]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE changing ALTER number TYPE text")
    assert rows("SELECT number FROM changing", []) == [("7",)]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE changing")


@pytest.mark.parametrize("change", ["DEALLOCATE ALL", "ALTER TABLE changing ALTER number TYPE text"])
def test_what_ends_one_transaction_does_not_end_the_next(begun: None, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE changing (number int) ON COMMIT DROP")
        assert rows("SELECT number FROM changing", []) == []
        cursor.execute(change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows("SELECT number FROM changing", [])
    assert rows("SELECT number FROM changing", []) == []


@pytest.mark.django_db(transaction=True)
def test_plans_are_for_any_values_also_if_a_transaction_came_first() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DISCARD ALL")
    planned._sessions.clear()
    with transaction.atomic():
        rows("SELECT 1", [])
        assert rows("SELECT %s::int", [1]) == [(1,)]
    assert rows("SELECT current_setting('plan_cache_mode')", []) == [("force_generic_plan",)]


@pytest.mark.django_db(transaction=True)
def test_the_first_statement_of_a_transaction_is_in_it() -> None:
    with transaction.atomic():
        rows("SELECT set_config('citedesk.test', %s, true)", ["set"])
        assert rows("SELECT current_setting('citedesk.test')", []) == [("set",)]
    assert rows("SELECT current_setting('citedesk.test', true)", []) != [("set",)]


def test_a_connection_keeps_so_many_plans(begun: None) -> None:
    for number in range(planned.MOST_PLANNED + 5):
        assert planned.rows(f"SELECT {number} + %s", [1]) == [(number + 1,)]
    ((kept,),) = planned.rows("SELECT count(*) FROM pg_prepared_statements WHERE %s", [True])
    assert kept <= planned.MOST_PLANNED
