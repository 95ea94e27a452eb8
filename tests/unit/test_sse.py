"""Server-sent events, however the bytes happen to be cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.sse import NotEvents, data_of

STREAM = (
    ": the server greets\r\n\r\n"
    'data: {"text": "né 漢字 🍰"}\n\n'
    "event: ping\nid: 7\nretry: 10\n\n"
    ":keep-alive\n\n"
    "data:no space\r\r"
    "data: two\ndata: lines\n\n"
    "data:   kept\n\n"
    "data: [DONE]\n\n"
).encode()
EVENTS = ['{"text": "né 漢字 🍰"}', "no space", "two\nlines", "  kept", "[DONE]"]


def test_a_stream_gives_the_data_of_each_event() -> None:
    assert list(data_of([STREAM])) == EVENTS


@given(st.sets(st.integers(min_value=0, max_value=len(STREAM))))
def test_where_the_chunks_end_changes_nothing(cuts: set[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    assert list(data_of(STREAM[start:end] for start, end in pairwise(places))) == EVENTS


def test_an_event_comes_out_as_soon_as_it_is_whole() -> None:
    arriving = iter([b"data: first\n\n", b"data: sec"])
    events = data_of(arriving)
    assert next(events) == "first"
    assert next(arriving) == b"data: sec"


def test_a_last_event_without_a_blank_line_counts() -> None:
    assert list(data_of([b"data: a\n\ndata: b"])) == ["a", "b"]


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert list(data_of([b"data: a\xff\n\n"])) == ["a\N{REPLACEMENT CHARACTER}"]


@pytest.mark.parametrize("endless", [b"x" * 4096, b"data: x\n" * 512])
def test_an_event_without_end_is_refused(endless: bytes) -> None:
    with pytest.raises(NotEvents):
        list(data_of(endless for _ in range(1024)))
