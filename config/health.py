"""Say quickly whether this web process reaches its database and its broker. Open to all, tells no secret."""

from collections.abc import Callable

import psycopg
import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

TIMEOUT = 2


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    answers = {"database": _answers(ask_database), "broker": _answers(ask_broker)}
    return JsonResponse(
        {name: "ok" if answer else "missing" for name, answer in answers.items()},
        status=200 if all(answers.values()) else 503,
    )


def ask_database() -> str:
    """The server's version, over a connection of its own: a busy pool is no reason for a restart."""
    parameters = {**connection.get_connection_params(), "connect_timeout": TIMEOUT}
    with psycopg.connect(**parameters) as own:
        own.execute("SELECT 1")
        return str(own.info.parameter_status("server_version"))


def ask_broker() -> dict[str, str]:
    """What the server says of itself."""
    with redis.from_url(settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT) as client:
        return {name: str(value) for name, value in client.info().items()}


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (psycopg.Error, redis.RedisError):
        return False
    return True
