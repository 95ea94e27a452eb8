"""Logging: one shape for all lines, and nothing private in it."""

import io
import json
import logging
import warnings
from typing import Any

import pytest
import structlog

from bot import log

pytestmark = pytest.mark.usefixtures("own_logging")


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_our_lines_and_those_of_libraries_have_one_shape() -> None:
    stream = io.StringIO()
    log.set_up("auto", "info", stream)
    structlog.get_logger().info("answered", seconds=0.5)
    logging.getLogger("some.library").warning("took %d tries", 3)
    ours, theirs = lines(stream)
    assert ours.keys() >= {"event", "level", "timestamp"}
    assert theirs.keys() >= {"event", "level", "timestamp"}
    assert (theirs["event"], theirs["logger"]) == ("took 3 tries", "some.library")


def test_a_terminal_gets_lines_for_people() -> None:
    stream = Terminal()
    log.set_up("auto", "info", stream)
    structlog.get_logger().info("answered", seconds=0.5)
    assert "answered" in stream.getvalue()
    with pytest.raises(json.JSONDecodeError):
        json.loads(stream.getvalue())


def test_the_setting_decides_over_the_terminal() -> None:
    stream = Terminal()
    log.set_up("json", "info", stream)
    structlog.get_logger().info("answered")
    assert lines(stream)[0]["event"] == "answered"


def test_every_line_of_a_request_carries_its_context() -> None:
    stream = io.StringIO()
    log.set_up("json", "info", stream)
    with log.request(channel="terminal:local:general") as made:
        structlog.get_logger().info("answered")
        logging.getLogger("library").error("too")
    structlog.get_logger().info("after")
    within, too, after = lines(stream)
    assert within["request"] == too["request"] == made
    assert within["channel"] == "terminal:local:general"
    assert "request" not in after


def test_private_keys_are_masked_above_debug() -> None:
    stream = io.StringIO()
    log.set_up("json", "info", stream)
    structlog.get_logger().info("x", question="canary", Asker="canary", better="canary", count=3, text="")
    logging.getLogger("library").warning("x", extra={"password": "canary"})
    assert "canary" not in stream.getvalue()
    assert lines(stream)[0]["count"] == 3


def test_an_error_leaves_its_class_and_place_but_not_what_it_says() -> None:
    stream = io.StringIO()
    log.set_up("json", "info", stream)
    try:
        raise ValueError("canary")  # noqa: TRY301
    except ValueError as error:
        structlog.get_logger().error("unexpected", exc_info=error)
        logging.getLogger("library").exception("failed")
    assert "canary" not in stream.getvalue()
    for line in lines(stream):
        assert line["error"] == "ValueError"
        assert "test_log.py:" in line["at"]


def test_at_debug_the_trace_is_there() -> None:
    stream = io.StringIO()
    log.set_up("json", "debug", stream)
    try:
        raise ValueError("why")  # noqa: TRY301
    except ValueError as error:
        structlog.get_logger().error("unexpected", exc_info=error)
    assert "Traceback" in lines(stream)[0]["exception"]


def test_warnings_of_libraries_are_lines_too() -> None:
    stream = io.StringIO()
    log.set_up("json", "warning", stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old", stacklevel=1)
    assert "old" in lines(stream)[0]["event"]


def test_lines_below_the_level_and_chatter_stay_out() -> None:
    stream = io.StringIO()
    log.set_up("json", "info", stream)
    structlog.get_logger().debug("no")
    logging.getLogger("httpx").info("HTTP Request: GET https://example.org/?token=canary")
    assert stream.getvalue() == ""
