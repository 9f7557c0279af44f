"""Start everything on this machine and keep it running: servers, tables, demo, web, workers, beat."""

import contextlib
import errno
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError

from config import embedded
from config.diagnosis import refused_settings
from config.processes import open_log
from config.supervisor import Child, Supervisor, tied
from kb.giving_way import NICENESS

READY_SECONDS = 180
LOOK_SECONDS = 0.3
TRIM_SECONDS = 60
LOGINS = "demo-logins.txt"


def refuse_bad_settings() -> None:
    """Before anything starts, in a sentence for each."""
    found = [one for one in refused_settings() if one.state == "problem"]
    if found:
        raise CommandError("\n".join(f"{one.saw} {one.do}".strip() for one in found))


class Command(BaseCommand):
    help = "Start the database, the broker, the web server and the workers; Ctrl-C ends all of them."
    requires_system_checks = []
    next_look_at_servers = next_trim = 0.0

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-demo", action="store_true", help="start without demo content on the first run"
        )

    def handle(self, *args: Any, no_demo: bool, **options: Any) -> None:
        interrupt_on_signals()
        refuse_bad_settings()
        with contextlib.suppress(KeyboardInterrupt), the_only_one(settings.DATA), listening() as web_socket:
            try:
                self.start_servers()
                self.prepare(demo=not no_demo)
                self.supervise(web_socket)
            finally:
                embedded.stop(settings.DATA)

    def start_servers(self) -> None:
        self.say("Starting the database and the broker …")
        try:
            embedded.start(settings.DATA, postgres=not settings.DATABASE_URL, valkey=not _own_broker())
        except embedded.EmbeddedError as error:
            raise CommandError(str(error)) from error

    def prepare(self, demo: bool) -> None:
        try:
            self.say("Bringing the tables up to date …")
            run_command("migrate", "--noinput", "--verbosity=0")
            if demo and "demo" in get_commands() and not (settings.DATA / LOGINS).exists():
                self.say("Loading the demo: a help center and some tickets …")
                run_command("demo", "--ensure")
        except KeyboardInterrupt:
            self.say("\nStopped before everything was ready; the next start goes on from there.")
            raise

    def supervise(self, web_socket: socket.socket) -> None:
        self.say("Starting the web server and the workers …")
        supervisor = Supervisor(children(web_socket), self.say)
        try:
            supervisor.start()
            self.wait_for_web(supervisor, web_socket)
            self.say(screen(web_socket))
            while True:
                self.look_after(supervisor)
        finally:
            self.say("\nStopping …")
            supervisor.stop()

    def wait_for_web(self, supervisor: Supervisor, web_socket: socket.socket) -> None:
        until = time.monotonic() + READY_SECONDS
        while not healthy(web_socket):
            if time.monotonic() > until:
                raise CommandError(
                    f"The web server does not answer after {READY_SECONDS} s: see {log_folder() / 'web.log'}."
                )
            self.look_after(supervisor)

    def look_after(self, supervisor: Supervisor) -> None:
        supervisor.revive()
        if time.monotonic() > self.next_look_at_servers:
            self.next_look_at_servers = time.monotonic() + self.revive_servers()
        if time.monotonic() > self.next_trim:
            self.next_trim = time.monotonic() + TRIM_SECONDS
            trim_logs()
        time.sleep(LOOK_SECONDS)

    def revive_servers(self) -> float:
        """Restart an embedded server that died; seconds until the next look."""
        try:
            for name in embedded.ensure(settings.DATA):
                self.say(f"{name} had ended; it runs again.")
        except embedded.EmbeddedError as error:
            self.say(f"{error} Trying again in 10 s.")
            return 10
        return 1

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


@contextlib.contextmanager
def the_only_one(data: Path) -> Iterator[None]:
    """Two sets of workers on one data folder would be a mistake, if a harmless one."""
    try:
        embedded.make_folder(data)
    except embedded.EmbeddedError as error:
        raise CommandError(str(error)) from error
    with open(os.open(data / "up.lock", os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"Citedesk already runs on {data} ({lock.read().strip()}): end that one first, "
                f"or set CITEDESK_DATA to another folder."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, port {settings.PORT}")
        lock.flush()
        yield


@contextlib.contextmanager
def listening() -> Iterator[socket.socket]:
    """The web server's socket is ours, so that a taken port is known first and a restart loses no visitor."""
    host, port = settings.HOST, settings.PORT
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        do = "end what runs there" if taken else "set HOST to an address of this machine"
        raise CommandError(
            f"Port {port} on {host} cannot be used ({error.strerror}): {do}, or choose "
            f"another one, as in PORT={max(port, 7999) + 1} make run."
        ) from error
    with listener:
        yield listener


def children(web_socket: socket.socket) -> list[Child]:
    web = (
        *("uvicorn", "config.asgi:application", "--fd", str(web_socket.fileno()), "--lifespan", "off"),
        *("--no-proxy-headers", "--no-server-header", "--no-access-log", "--timeout-graceful-shutdown", "2"),
    )
    return [
        _child("web", *web, sockets=(web_socket.fileno(),)),
        _child("drafts", *_worker("drafts", 200)),
        _child("documents", *_worker("documents", 1)),
        _giving_way(_child("bulk", *_worker("bulk", 1))),
        _child("beat", *_celery("beat"), "--pidfile="),
    ]


def _giving_way(child: Child) -> Child:
    if nice := shutil.which("nice"):
        child.command = [nice, "-n", str(NICENESS), *child.command]
    return child


def _worker(queue: str, threads: int) -> tuple[str, ...]:
    name = ("--hostname", f"{queue}@%h", "--without-gossip", "--without-mingle")
    return (*_celery("worker"), "--pool", "threads", "--concurrency", str(threads), "--queues", queue, *name)


def _celery(what: str) -> tuple[str, ...]:
    return ("celery", "--app", "config", what, "--loglevel", settings.LOG_LEVEL)


def _child(name: str, *module: str, sockets: tuple[int, ...] = ()) -> Child:
    log_folder().mkdir(mode=0o700, exist_ok=True)
    return Child(
        name=name,
        command=[sys.executable, "-m", *module],
        log=log_folder() / f"{name}.log",
        folder=settings.BASE_DIR,
        sockets=sockets,
    )


def run_command(*command: str) -> None:
    """In a process of its own: only it finds the sockets in its settings, because it reads them now.

    In a session of its own, so that Ctrl-C reaches us alone: we end it, and say so in our words. It has ended
    before we go on, so that it holds the servers no longer.
    """
    argv = tied([sys.executable, str(settings.BASE_DIR / "manage.py"), *command])
    child = subprocess.Popen(argv, start_new_session=True)
    try:
        failed = child.wait()
    except KeyboardInterrupt:
        child.kill()
        child.wait()
        raise
    if failed:
        raise CommandError(f"`manage.py {command[0]}` failed: see above.")


def healthy(web_socket: socket.socket) -> bool:
    host, port = web_socket.getsockname()[:2]
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(local, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": _allowed_host()})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def screen(web_socket: socket.socket) -> str:
    host, port = web_socket.getsockname()[:2]
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0', '::', '::1') else host}:{port}"
    lines = [
        "",
        "Citedesk runs.",
        "",
        f"  Desk        {address}/",
        f"  Customers   {address}/widget/demo/",
        *logins(),
        f"  Drafts      {who_writes()}",
        f"  Data        {settings.DATA}",
        f"  Logs        {log_folder()}",
        "",
        "Ctrl-C stops everything.",
    ]
    return "\n".join(lines)


def logins() -> list[str]:
    try:
        text = (settings.DATA / LOGINS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ["  Sign in     with an account made by `manage.py createsuperuser`"]
    lines = [line for line in text.splitlines() if line.strip()]
    return [f"  {'Sign in' if number == 0 else '':12}{line}" for number, line in enumerate(lines)]


def who_writes() -> str:
    if settings.RUNAPI_KEY:
        gateway = urlsplit(settings.LLM_BASE_URL).hostname
        return f"written by {settings.LLM_MODEL} at {gateway} (RUNAPI_KEY is set)"
    return f"quotes from the help center; set RUNAPI_KEY to have {settings.LLM_MODEL} write them"


def log_folder() -> Path:
    return Path(settings.DATA) / "logs"


def trim_logs() -> None:
    for log in (*log_folder().glob("*.log"), *Path(settings.DATA).glob("*.log")):
        with open_log(log):
            pass


def _own_broker() -> bool:
    return bool(os.environ.get("REDIS_URL"))


def _allowed_host() -> str:
    names = [name for name in settings.ALLOWED_HOSTS if name != "*"]
    return names[0].lstrip(".") if names else "localhost"


def interrupt_on_signals() -> None:
    """The first one ends everything in order; more of them don't disturb that. `nohup` keeps its meaning."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: object) -> None:
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt
