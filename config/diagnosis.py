"""Look at everything an operator can get wrong; say what was seen and what to do. No check stops another."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Literal

import psycopg
import redis
from django.conf import settings
from django.core import checks
from django.db import connection
from django.utils import timezone

from config import embedded, schema
from config.celery import app
from config.health import ask_broker, ask_database
from kb import reindexing, vector_index
from kb.models import Document, EmbeddingModel, Passage
from llm import breaker, budgets, chat, embed, variants, wire
from llm.errors import ModelError
from support.models import Draft

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
OLDEST_POSTGRES = 16
OLDEST_PGVECTOR = (0, 8)
PATIENCE = timedelta(seconds=120)
GB = 1024**3

State = Literal["ok", "warning", "problem"]
# What it means when nobody works on a queue.
QUEUES: dict[str, tuple[State, str]] = {
    "drafts": ("problem", "drafts are not written"),
    "documents": ("problem", "uploads stay unread"),
    "bulk": ("warning", "no other embedding model can be built"),
}


@dataclass(frozen=True)
class Finding:
    check: str
    state: State
    saw: str
    do: str = ""


Check = Callable[[], Iterator[Finding]]


def examine(*, call_gateway: bool = False) -> Iterator[Finding]:
    """Check by check. What rests on a part that is broken is not tried: it could only wait in vain."""
    every: list[tuple[str, str, Check]] = [
        ("Data folder", "", data_folder),
        ("Database", "", database),
        ("pgvector", "Database", pgvector),
        ("Tables", "Database", tables),
        ("Broker", "", broker),
        ("Workers", "Broker", workers),
        ("Waiting work", "Tables", waiting_work),
        ("Embedding model", "Tables", embedding_model),
        ("Words", "Tables", words),
        ("Vector index", "Tables", index_of_vectors),
        ("Breaker", "Broker", rest),
        ("Budget", "Tables", budget),
        ("Gateway", "Tables" if call_gateway else "", gateway_call if call_gateway else gateway),
        ("Settings", "", production_settings),
    ]
    broken: set[str] = set()
    for name, foundation, check in every:
        if foundation in broken:
            findings = [Finding(name, "problem", "not checked", f"See {foundation}.")]
        else:
            findings = list(_examined(name, check))
        broken |= {finding.check for finding in findings if finding.state == "problem"}
        yield from findings


def _examined(name: str, check: Check) -> Iterator[Finding]:
    """What breaks a check is a finding too: this is where people look when something is broken."""
    try:
        yield from check()
    except ModelError as error:
        yield Finding(name, "problem", str(error))
    except Exception as error:
        words = " ".join(str(error).split())[:300]
        yield Finding(name, "problem", f"could not be checked ({type(error).__name__}: {words})")


def data_folder() -> Iterator[Finding]:
    data = Path(settings.DATA)
    if not os.access(data, os.W_OK | os.X_OK):
        yield Finding(
            "Data folder", "problem", f"{data} cannot be written", "Set CITEDESK_DATA to one that can."
        )
        return
    free = shutil.disk_usage(data).free / GB
    state: State = "problem" if free < 0.5 else "warning" if free < 2 else "ok"
    do = "" if state == "ok" else "Free some space: uploads, vectors and the database's log need it."
    yield Finding("Data folder", state, f"{free:.1f} GB free in {data}", do)
    if stat.S_IMODE(data.stat().st_mode) & 0o022:
        yield Finding("Data folder", "problem", f"others can write in {data}", f"chmod go-w {data}")
    key = data / "secret-key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield Finding("Data folder", "problem", f"others can read {key}", f"chmod 600 {key}")


def database() -> Iterator[Finding]:
    own = bool(settings.DATABASE_URL)
    if connection.vendor != "postgresql":
        yield Finding(
            "Database", "problem", "DATABASE_URL names none", "Write postgres://user:password@host/name."
        )
        return
    try:
        if not own:
            embedded.start(settings.DATA, postgres=True, valkey=False)
        version = ask_database()
    except embedded.EmbeddedError as error:
        yield Finding("Database", "problem", str(error))
    except psycopg.Error as error:
        words = " ".join(str(error).split())[:300]
        do = "Check DATABASE_URL, and that the server runs and lets this machine in." if own else ""
        yield Finding("Database", "problem", f"does not answer: {words}", do)
    else:
        saw = f"PostgreSQL {version}, {'from DATABASE_URL' if own else 'embedded'}"
        if int(version.partition(".")[0]) < OLDEST_POSTGRES:
            yield Finding("Database", "problem", saw, f"Upgrade it to {OLDEST_POSTGRES} or newer.")
        else:
            yield Finding("Database", "ok", saw)


def pgvector() -> Iterator[Finding]:
    installed = _value("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    offered = _value("SELECT default_version FROM pg_available_extensions WHERE name = 'vector'")
    if not installed and not offered:
        yield Finding(
            "pgvector", "problem", "the server has none", "Install pgvector 0.8 or newer on the server."
        )
    elif not installed:
        yield Finding(
            "pgvector", "problem", f"{offered} is there, but not in this database", "manage.py migrate"
        )
    elif _numbers(installed) < OLDEST_PGVECTOR:
        yield Finding(
            "pgvector", "problem", installed, "Install 0.8 or newer, then: ALTER EXTENSION vector UPDATE"
        )
    else:
        yield Finding("pgvector", "ok", installed)


def _value(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def tables() -> Iterator[Finding]:
    if missing := schema.behind():
        named = ", ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
        yield Finding(
            "Tables", "problem", f"{len(missing)} migrations not applied: {named}", "manage.py migrate"
        )
    else:
        yield Finding("Tables", "ok", "up to date")


def broker() -> Iterator[Finding]:
    try:
        if not os.environ.get("REDIS_URL"):
            embedded.start(settings.DATA, postgres=False, valkey=True)
        saw = ask_broker()
    except embedded.EmbeddedError as error:
        yield Finding("Broker", "problem", str(error))
    except redis.RedisError as error:
        yield Finding(
            "Broker", "problem", f"does not answer: {error}", "Check REDIS_URL, and that the server runs."
        )
    else:
        own = "from REDIS_URL" if os.environ.get("REDIS_URL") else "embedded"
        name = (
            f"Valkey {saw['valkey_version']}" if "valkey_version" in saw else f"Redis {saw['redis_version']}"
        )
        yield Finding("Broker", "ok", f"{name}, {own}")
        if saw.get("maxmemory_policy", "noeviction") != "noeviction":
            do = "Set maxmemory-policy to noeviction, or wake-ups and live events get lost."
            yield Finding("Broker", "warning", "throws away keys when its memory is full", do)


def workers() -> Iterator[Finding]:
    answers = app.control.inspect(timeout=2).active_queues() or {}
    served = {queue["name"] for queues in answers.values() for queue in queues}
    for queue, (state, consequence) in QUEUES.items():
        if queue in served:
            yield Finding("Workers", "ok", f"{queue} is worked on")
        else:
            do = f"Start everything with make run, or: celery --app config worker --queues {queue}"
            yield Finding("Workers", state, f"nobody works on {queue}: {consequence}", do)


def waiting_work() -> Iterator[Finding]:
    """The rows know best whether workers and timer do their duty."""
    long_ago = timezone.now() - PATIENCE
    forgotten = {
        "drafts": Draft.objects.claimable(long_ago).filter(created__lt=long_ago).count(),
        "documents": Document.objects.claimable(long_ago).filter(changed__lt=long_ago).count(),
    }
    for work, number in forgotten.items():
        if number:
            saw = f"{number} {work} have waited for more than {PATIENCE.seconds} s"
            do = f"See that beat runs, one of it, and that the log of {work} tells of no trouble."
            yield Finding("Waiting work", "warning", saw, do)
    if not any(forgotten.values()):
        yield Finding("Waiting work", "ok", "none that was forgotten")


def embedding_model() -> Iterator[Finding]:
    model = EmbeddingModel.objects.filter(active=True).first()
    if model is None:
        yield Finding("Embedding model", "ok", f"{embed.configured_model()[0]}, no document embedded yet")
        return
    dimensions = len(model.embedder().query("Is it ready?"))
    if dimensions != model.dimensions:
        saw = f"{model.name} makes vectors of {dimensions} numbers, the stored ones have {model.dimensions}"
        yield Finding("Embedding model", "problem", saw, "Let its endpoint make vectors as it did.")
    if (configured := embed.configured_model()[0]) != model.name:
        saw = f"{model.name} is active and stays in use, the settings name {configured}"
        yield Finding("Embedding model", "warning", saw, _back_to(model.name))
    yield _completeness(model)
    for other in EmbeddingModel.objects.filter(active=False).exclude(reason=""):
        saw = f"{other}, which is being built, waits: {other.reason}"
        yield Finding(
            "Embedding model", "warning", saw, "It is tried again by itself; see manage.py reembed status."
        )


def _back_to(active: str) -> str:
    local = active == embed.LOCAL_MODEL
    do = "Unset EMBEDDINGS_BASE_URL and EMBEDDINGS_MODEL." if local else f"Set EMBEDDINGS_MODEL={active}."
    return f"To change to the other: manage.py reembed start. To keep this one: {do}"


def _completeness(model: EmbeddingModel) -> Finding:
    searchable = Passage.objects.filter(document__status=Document.Status.PUBLISHED)
    total, missing = searchable.count(), searchable.missing_embedding(model).count()
    if not missing:
        return Finding("Embedding model", "ok", f"{model.name}, complete: {total} passages")
    saw = f"{missing} of {total} passages have no vector of {model.name} yet"
    if searchable.missing_embedding(model).exclude(document__state=Document.State.SEARCHABLE).exists():
        return Finding("Embedding model", "warning", saw, "They are being embedded; look again in a while.")
    return Finding("Embedding model", "problem", saw, "Run the ingestion again: Documents, Retry.")


def index_of_vectors() -> Iterator[Finding]:
    model = EmbeddingModel.objects.filter(active=True).first()
    if model is None or not (vector_index.ready(model) or vector_index.needed(model)):
        yield Finding("Vector index", "ok", "not needed yet: few vectors are compared as fast without one")
    elif vector_index.ready(model):
        yield _shortfalls(model)
    elif vector_index.being_built(model):
        yield Finding(
            "Vector index", "ok", f"that of {model.name} is being built; searches are slow until then"
        )
    else:
        do = "A worker on bulk and the timer build it: see that both run."
        saw = f"{model.name} has none, and searches compare all its vectors one by one"
        yield Finding("Vector index", "warning", saw, do)


def _shortfalls(model: EmbeddingModel) -> Finding:
    """The index found less than was asked, so that all was compared: right, but slow."""
    week = timezone.now().date() - timedelta(days=7)
    number = sum(model.shortfalls.filter(day__gte=week).values_list("searches", flat=True))
    found = (
        f"; {number} searches of the last 7 days found too little by it and compared all" if number else ""
    )
    return Finding("Vector index", "ok", f"that of {model.name} is in use{found}")


def words() -> Iterator[Finding]:
    """Passages are found by their words as this release compares them."""
    if locales := reindexing.stale_locales():
        named = ", ".join(locale or "unknown" for locale in locales)
        saw = f"passages are kept as an older release compared words (locales: {named})"
        do = "The bulk worker makes them anew, or at once: manage.py reindex. Searches go on meanwhile."
        yield Finding("Words", "warning", saw, do)
    else:
        yield Finding("Words", "ok", "kept as this release compares them")


def gateway() -> Iterator[Finding]:
    models = variants.all_in_force()
    if not chat.configured():
        do = f"Set RUNAPI_KEY to have {models[0].model} write the drafts."
        yield Finding("Gateway", "warning", "RUNAPI_KEY is not set: drafts are quotes from the documents", do)
        return
    offered = chat.models()
    for model, uses in groupby(sorted(models, key=lambda one: one.model), key=lambda one: one.model):
        said = ", ".join(f"{one.feature.replace('_', ' ')} by {one.set_by}" for one in uses)
        if model in offered:
            yield Finding("Gateway", "ok", f"{wire.gateway()} takes the key and offers {model} ({said})")
        else:
            saw = (
                f"{wire.gateway()} takes the key, but {model} ({said}) is not among its {len(offered)} models"
            )
            do = "Check its name (LLM_MODEL, or Models for features); doctor --gateway makes a real call."
            yield Finding("Gateway", "warning", saw, do)


def rest() -> Iterator[Finding]:
    found = breaker.standing()
    if found.state == "closed":
        yield Finding("Breaker", "ok", "closed: the gateway is called")
    else:
        then = f"in {found.seconds} seconds" if found.seconds else "with the next draft"
        saw = f"{found.state}: {found.failures} calls in a row failed; the gateway is tried again {then}"
        yield Finding(
            "Breaker", "warning", saw, "The drafts worker’s log and the ledger say how they failed."
        )


def budget() -> Iterator[Finding]:
    limited = [one for one in budgets.standings() if one.limit is not None]
    if not limited:
        yield Finding("Budget", "ok", "no limit is set")
    for one in limited:
        saw = f"{one.spent + one.reserved:.2f} of {one.limit:.2f} USD of this {one.period} are used"
        if one.share < budgets.TIGHT:
            yield Finding("Budget", "ok", saw)
        else:
            do = f"At the limit drafts are quotes. {one.ends} Raise it under Budgets in the admin pages."
            yield Finding("Budget", "warning", saw, do)


def gateway_call() -> Iterator[Finding]:
    """One real call of a few tokens, on the ledger like any other."""
    yield from gateway()
    if not chat.configured():
        return
    with chat.stream(
        [{"role": "user", "content": "Answer with one word: ready"}], feature="doctor"
    ) as answer:
        words = "".join(answer)
    result = answer.result
    tokens = result.prompt_tokens + result.completion_tokens
    yield Finding("Gateway", "ok", f"{result.model} answered “{words.strip()[:40]}” for {tokens} tokens")


def refused_settings() -> Iterator[Finding]:
    """What Django's checks and ours refuse or warn of: with an error nothing starts."""
    for found in checks.run_checks():
        if found.level >= checks.WARNING and not found.is_silenced():
            state: State = "problem" if found.level >= checks.ERROR else "warning"
            yield Finding("Settings", state, found.msg, found.hint or "")


def production_settings() -> Iterator[Finding]:
    public = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL_HOSTS]
    found = [*refused_settings(), *_unsafe_settings(public)]
    yield from found or [Finding("Settings", "ok", f"for {', '.join(public) or 'this machine only'}")]


def _unsafe_settings(public: list[str]) -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding(
            "Settings", "problem" if public else "warning", "DEBUG is on", "Unset DEBUG: it shows secrets."
        )
    if "*" in public:
        do = "Name the hosts, or links in messages can be forged."
        yield Finding("Settings", "problem", "ALLOWED_HOSTS lets any host name in", do)
    key = settings.SECRET_KEY
    if len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure"):
        yield Finding(
            "Settings", "problem", "SECRET_KEY is easy to guess", "Unset it: a good one is made once."
        )
    if public and (Path(settings.DATA) / "demo-logins.txt").exists():
        do = "Deactivate them under People, then delete demo-logins.txt in the data folder."
        yield Finding("Settings", "warning", "the demo's agents can sign in", do)
    if public and not settings.BEHIND_TLS:
        do = "Put a proxy that ends TLS in front and set BEHIND_TLS=true."
        yield Finding("Settings", "warning", "passwords and cookies travel unencrypted", do)
