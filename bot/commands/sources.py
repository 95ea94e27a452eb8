"""`attune sources`: documents in."""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from bot import syncing
from bot.commands import output
from bot.commands import syncing as shown
from bot.commands.mending import differences, prepare_mending
from bot.commands.options import Home, Json, wrong_use
from bot.domain import scope
from bot.errors import SourceError
from bot.ingest import SyncReport
from bot.questions import readable
from bot.wiring import opened

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Where documents come from.")

Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]


@app.command()
def add(
    name: Name,
    uri: Annotated[str, typer.Argument(metavar="URI", help="A folder, or an address such as s3://bucket/folder.")],
    scopes: Annotated[list[str], typer.Option("--scope", metavar="S", help="A label on all its documents.")],
    *,
    json: Json = False,
    home: Home = None,
) -> None:
    """Name a place that documents come from, or change its address or scopes; changed scopes count at once.

    Example: attune sources add handbook /srv/handbook --scope everyone
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name or not name.isprintable():
        wrong_use("a name has visible characters only", "NAME")
    labels = frozenset(scope(label) for label in scopes)
    with opened(home) as parts:
        place = syncing.add(parts.syncing, name, uri, labels)
    if json:
        output.document({"name": name, "uri": place, "scopes": sorted(labels)})
    else:
        output.say(f"{name} is {place}, for {', '.join(sorted(labels))}. 'attune sources sync {name}' brings it in.")


@app.command()
def sync(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One source; without it, all.")] = None,
    *,
    allow_deletions: Annotated[
        bool, typer.Option("--allow-deletions", help="Go on although over half of a source is gone.")
    ] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Bring in what changed; what cannot be read is named with the reason, and the rest goes in.

    Example: attune sources sync handbook
    """
    reports: list[SyncReport] = []
    with opened(home) as parts:
        names = [name] if name else [source.name for source in parts.sources.all()]
        for each in names:
            try:
                reports.append(shown.run(parts, each, allow_deletions=allow_deletions))
            except SourceError as error:
                if name:
                    raise
                output.warn(str(error))
            else:
                _tell(each, reports[-1], json=json)
    if json:
        output.document(shown.as_json(reports))
    elif not names:
        output.say("There is no source yet: 'attune sources add NAME URI --scope S' names one.")
    if len(reports) < len(names):
        raise typer.Exit(1)


@app.command("list")
def show(*, json: Json = False, home: Home = None) -> None:
    """Show every source with its scopes, and how its last sync went.

    Example: attune sources list
    """
    with opened(home) as parts:
        found = parts.sources.all()
    if json:
        rows = [{**asdict(one), "scopes": sorted(one.scopes), "synced": _moment(one.synced)} for one in found]
        output.document(rows)
    else:
        table = [
            (one.name, one.uri, ", ".join(sorted(one.scopes)), _moment(one.synced) or "never", _summary(one.counts))
            for one in found
        ]
        output.table(("source", "address", "scopes", "synced", "last sync"), table, "There is no source yet.")


@app.command()
def verify(*, json: Json = False, home: Home = None) -> None:
    """Compare what the records and the store hold, and mend what differs.

    Example: attune sources verify
    """
    with opened(home) as parts:
        with syncing.alone(parts.home, *(source.name for source in parts.sources.all())):
            found = differences(parts)
            prepare_mending(parts, found)
        for name in found.sources:
            shown.run(parts, name)
    if json:
        differing = [{"uri": uri, "expected": due, "stored": stored} for uri, due, stored in found.differing]
        figures = {"documents": found.documents, "passages": found.passages}
        output.document({**figures, "differing": differing, "unknown": len(found.unknown)})
        return
    compared = f"{output.counted(found.documents, 'document')} with {output.counted(found.passages, 'passage')}"
    output.say(f"{compared} {'was' if found.documents == 1 else 'were'} compared.")
    for uri, expected, stored in found.differing:
        output.say(f"  {readable(uri)}: {output.counted(expected, 'passage')} expected, {stored} stored; mended")
    if found.unknown:
        output.say(f"  passages of {output.counted(len(found.unknown), 'unknown document')}; removed")


@app.command()
def remove(name: Name, *, json: Json = False, home: Home = None) -> None:
    """Forget a source with all its documents; the place itself stays as it is.

    Example: attune sources remove handbook
    """
    with opened(home) as parts:
        count = syncing.remove(parts.syncing, name)
    if json:
        output.document({"name": name, "documents": count})
    else:
        output.say(f"{name} is forgotten, with {output.counted(count, 'document')}.")


def _tell(name: str, report: SyncReport, *, json: bool) -> None:
    """Say what a sync did; beside JSON, the document says it."""
    if json:
        return
    output.say(f"{name}: {_summary(syncing.counts(report))}, {report.seconds:.1f} s")
    for uri, reason in report.failed:
        output.say(f"  {readable(uri)}: {reason}")


def _summary(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)


def _moment(when: datetime | None) -> str | None:
    return when.isoformat(timespec="seconds") if when else None
