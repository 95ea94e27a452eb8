"""`attune migrate`: the schema of the records."""

from bot.commands import output
from bot.commands.options import Home, Json
from bot.wiring import opened


def migrate(*, json: Json = False, home: Home = None) -> None:
    """Bring the schema of the records up to date; every command does so when it starts.

    Example: attune migrate
    """
    with opened(home) as parts:
        schema, place = parts.kept.schema(), parts.kept.place
    if json:
        output.document({"schema": schema})
    else:
        output.say(f"The schema of {place} is {schema}, which is this version's.")
