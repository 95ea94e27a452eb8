"""What people are told of trouble that is not theirs: no addresses, no folders; those stand in the log."""

from collections.abc import Iterator
from contextlib import closing

import structlog

from bot.chat.pool import Stream
from bot.domain import Delta, Question
from bot.errors import AttuneError, HomeError, ModelError, ModelTooSlow, PromptTooLong, SettingError, StoreError

_PARTS: dict[type[AttuneError], str] = {
    ModelError: "The language model",
    StoreError: "The search in the documents",
    HomeError: "What Attune keeps",
    SettingError: "A setting of Attune",
}

log = structlog.get_logger()


class Unusable(AttuneError):
    """A part that an admin has to look after."""

    sentence = (
        "{part} cannot be used right now, so this has no answer yet: please ask again in some minutes, or tell an "
        "admin, to whom 'attune doctor' says what is wrong."
    )


def discreet(stream: Stream) -> Stream:
    """Return a stream whose errors may be shown to anybody."""

    def streamed(question: Question) -> Iterator[Delta]:
        try:
            with closing(stream(question)) as deltas:  # type: ignore[type-var]  # a generator, though it promises less
                yield from deltas
        except (ModelTooSlow, PromptTooLong):
            raise
        except tuple(_PARTS) as error:
            log.warning("part_unusable", error=type(error).__name__, why=str(error))
            part = next(name for kind, name in _PARTS.items() if isinstance(error, kind))
            raise Unusable(part=part) from error

    return streamed
