"""`attune doctor`: what is set up and reachable, and the fix for what is not."""

import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

import typer

from bot import settings
from bot.access import loose_ends
from bot.commands import output
from bot.commands.options import Home, Json
from bot.domain import Message, Prompt
from bot.errors import AttuneError
from bot.home import prepare
from bot.releases import active
from bot.wiring import Wiring, opened

_GIB: Final = 2**30
_ROOM: Final = 1.0
"""GiB of free disk below which somebody should know."""
_OLDEST: Final = (3, 11)
_VERIFY: Final = "run 'attune sources verify', which brings them in again"
_PROBE: Final = Prompt((Message("user", "Say yes."),), question="", passages=(), max_tokens=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: str
    state: Literal["ok", "warn", "fail"]
    found: str
    fix: str = ""


Check = Callable[[Wiring], Iterator[Finding]]


def doctor(*, json: Json = False, home: Home = None) -> None:
    """Check everything that an answer needs; exit code 1 where something fails.

    Example: attune doctor
    """
    with opened(home) as parts:
        found = [finding for name, check in CHECKS.items() for finding in _run(name, check, parts)]
    if json:
        output.document({"ok": not _failed(found), "checks": [asdict(finding) for finding in found]})
    else:
        output.table(
            ("check", "", "found", "fix"), [(one.check, one.state, one.found, one.fix) for one in found], "Nothing."
        )
    if _failed(found):
        raise typer.Exit(1)


def _failed(found: list[Finding]) -> bool:
    return any(finding.state == "fail" for finding in found)


def _run(name: str, check: Check, parts: Wiring) -> list[Finding]:
    try:
        return list(check(parts))
    except AttuneError as error:
        known = str(error.facts.get("fix", ""))
        found, _, rest = str(error).partition(f": {known}")
        return [Finding(name, "fail", found, f"{known}{rest}")]


def _python(parts: Wiring) -> Iterator[Finding]:
    del parts
    good = sys.version_info >= _OLDEST
    yield Finding("python", "ok" if good else "fail", platform.python_version(), "" if good else "install Python 3.11")


def _home(parts: Wiring) -> Iterator[Finding]:
    prepare(parts.home)
    yield Finding("home", "ok", str(parts.home))
    free = shutil.disk_usage(parts.home).free / _GIB
    tight = free < _ROOM
    yield Finding("disk", "warn" if tight else "ok", f"{free:,.1f} GiB free", "free some space" if tight else "")


def _settings(parts: Wiring) -> Iterator[Finding]:
    for name in settings.unused(parts.home):
        yield Finding("settings", "warn", f"{name} is set, but this version does not use it", "unset it, or leave it")
    yield Finding("settings", "ok", f"store {parts.settings.store}, model {parts.settings.model}")


def _records(parts: Wiring) -> Iterator[Finding]:
    yield Finding("records", "ok", f"schema {parts.kept.schema()} at {parts.kept.place}")


def _store(parts: Wiring) -> Iterator[Finding]:
    held = parts.store.documents()
    known = sum(one.passages for one in parts.catalogue.held().values() if one.documents)
    if known and not held:
        yield Finding("store", "fail", f"none of {output.counted(known, 'passage')} is there", _VERIFY)
        return
    yield Finding("store", "ok", _of(sum(held.values()), len(held)))


def _of(passages: int, documents: int) -> str:
    return f"{output.counted(passages, 'passage')} of {output.counted(documents, 'document')}"


def _embedder(parts: Wiring) -> Iterator[Finding]:
    yield Finding("embedder", "ok", f"{parts.embedder.space}, {parts.embedder.dimension} dimensions")


def _model(parts: Wiring) -> Iterator[Finding]:
    _, release = active(parts.releases, parts.current)
    started = time.perf_counter()
    with closing(parts.model_for(release).stream(_PROBE)) as pieces:
        next(pieces, None)
    yield Finding("model", "ok", f"{release.model} began to answer after {time.perf_counter() - started:.1f} s")
    yield Finding("hardware", "ok", parts.hardware())


def _sources(parts: Wiring) -> Iterator[Finding]:
    every = parts.sources.all()
    for source in every:
        if "://" not in source.uri and not Path(source.uri).exists():
            fix = f"mount it again, or run 'attune sources remove {source.name}'"
            yield Finding("sources", "fail", f"{source.name}: {source.uri} is not there", fix)
        elif source.synced is None:
            fix = f"run 'attune sources sync {source.name}'"
            yield Finding("sources", "warn", f"{source.name} was never synced", fix)
    if every:
        yield Finding("sources", "ok", f"{len(every)} in all")
    else:
        yield Finding("sources", "warn", "there is none", "run 'attune sources add NAME URI --scope S'")


def _grants(parts: Wiring) -> Iterator[Finding]:
    used = frozenset().union(*(source.scopes for source in parts.sources.all()))
    held = parts.grants.all()
    idle, unseen = loose_ends(held, used)
    for subject, scope in idle:
        fix = f"check the spelling, or run 'attune grants revoke {subject} {scope}'"
        yield Finding("grants", "warn", f"{subject} may see {scope}, which no source carries", fix)
    for scope in unseen:
        fix = f"run 'attune grants allow SUBJECT {scope}'"
        yield Finding("grants", "warn", f"nobody may see {scope}", fix)
    yield Finding("grants", "ok", output.counted(len(held), "subject"))


CHECKS: Final[dict[str, Check]] = {
    "python": _python,
    "home": _home,
    "settings": _settings,
    "records": _records,
    "store": _store,
    "embedder": _embedder,
    "model": _model,
    "sources": _sources,
    "grants": _grants,
}
