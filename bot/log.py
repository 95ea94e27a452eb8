"""Logging, set up once: one shape for our lines and those of libraries, on stderr only."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal, TextIO
from uuid import uuid4

import structlog
from structlog.typing import EventDict, Processor

PRIVATE: Final = frozenset(
    {
        "api_key",
        "asker",
        "authorization",
        "better",
        "identity",
        "members",
        "passage",
        "password",
        "person",
        "prompt",
        "question",
        "quote",
        "reason",
        "secret",
        "text",
        "token",
    }
)
"""Keys whose values stay out of the log above debug, should a line carry one by mistake."""
_NOISY: Final = {
    "asyncio": logging.WARNING,
    "fsspec": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "huggingface_hub": logging.ERROR,
    "lance": logging.WARNING,
    "pdfminer": logging.ERROR,
    "sentence_transformers": logging.WARNING,
    "transformers": logging.ERROR,
    "uvicorn": logging.WARNING,
}


def set_up(form: Literal["auto", "console", "json"], level: str, stream: TextIO | None = None) -> None:
    """Send every line of `level` and above to `stream` (stderr): JSON, or for people on a terminal."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _masked,
    ]
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([] if level == "debug" else [_without_trace]),
                *_rendering(form, out),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in _NOISY.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(root.level),
    )


@contextmanager
def request(**context: str) -> Iterator[str]:
    """Give every line inside a request id and this context; yields the id."""
    made = uuid4().hex[:16]
    with structlog.contextvars.bound_contextvars(request=made, **context):
        yield made


def place(error: BaseException) -> str:
    """Return the file and line that an error comes from."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def _rendering(form: str, out: TextIO) -> list[Processor]:
    if form == "console" or (form == "auto" and out.isatty()):
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=plain)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _masked(logger: object, method: str, event: EventDict) -> EventDict:
    del logger
    if method == "debug":
        return event
    return {key: "***" if key.lower() in PRIVATE and value else value for key, value in event.items()}


def _without_trace(logger: object, method: str, event: EventDict) -> EventDict:
    """Keep an error's class and place; its message and trace may hold what a document or a person said."""
    del logger, method
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = place(error)
    return event
