"""Watchers see every piece from the beginning, whenever they come and whoever answers."""

import asyncio
from collections.abc import Callable
from threading import Thread

from bot.chat.live import END, RESTART, Event, Live, follow

SECONDS = 20


def never() -> bool:
    return False


async def watched(live: Live, id_: str, settled: Callable[[], bool] = never) -> list[Event]:
    async with asyncio.timeout(SECONDS):
        return [event async for event in follow(live, id_, settled)]


def pieces(events: list[Event]) -> list[str]:
    """Return what a page shows in the end."""
    shown: list[str] = []
    for event in events:
        if event.kind == "restart":
            shown = []
        elif event.kind == "piece":
            shown.append(event.text)
    return shown


def answering(live: Live, id_: str, said: list[str]) -> Thread:
    def answer() -> None:
        live.begin(id_)
        for text in said:
            live.piece(id_, text)
        live.end(id_)

    return Thread(target=answer)


def test_whoever_watches_sees_everything_from_the_beginning_to_the_end() -> None:
    live = Live()
    said = [f"piece {number}" for number in range(500)]

    async def both() -> list[list[Event]]:
        watchers = [asyncio.create_task(watched(live, "q")) for _ in range(3)]
        await asyncio.sleep(0)
        thread = answering(live, "q", said)
        thread.start()
        late = await watched(live, "q")
        found = [*(await asyncio.gather(*watchers)), late]
        thread.join()
        return found

    for events in asyncio.run(both()):
        assert pieces(events) == said
        assert events[0] is RESTART
        assert events[-1] is END


def test_an_answer_that_begins_anew_takes_back_what_was_shown() -> None:
    live = Live()

    async def watch() -> list[Event]:
        live.begin("q")
        live.piece("q", "wrong")
        events: list[Event] = []
        async for event in follow(live, "q", never):
            events.append(event)
            if event.text == "wrong":
                live.begin("q")
                live.piece("q", "right")
                live.end("q")
        return events

    events = asyncio.run(watch())
    assert events == [RESTART, Event("piece", "wrong"), RESTART, Event("piece", "right"), END]


def test_what_ended_elsewhere_or_before_is_learnt_from_the_inbox() -> None:
    looks = iter([False, False, True])
    events = asyncio.run(watched(Live(), "q", lambda: next(looks)))
    assert events == [RESTART, END]


def test_what_another_process_takes_over_is_followed_through_the_inbox() -> None:
    live = Live()

    async def watch() -> list[Event]:
        live.begin("q")
        live.piece("q", "half")
        events: list[Event] = []
        async for event in follow(live, "q", lambda: True):
            events.append(event)
            if event.text == "half":
                live.leave("q")
        return events

    events = asyncio.run(watch())
    assert pieces(events) == []
    assert events[-1] is END


def test_nothing_is_added_after_the_end() -> None:
    live = Live()
    live.begin("q")
    live.end("q")
    live.piece("q", "late")
    assert asyncio.run(watched(live, "q"))[1:] == [END]


def test_answers_are_forgotten_some_time_after_their_end() -> None:
    now = [0.0]
    live = Live(linger=30, clock=lambda: now[0])
    for number in range(100):
        live.begin(str(number))
        live.piece(str(number), "text")
        live.end(str(number))
    live.begin("running")
    assert len(live) == 101
    now[0] = 29.9
    assert len(live) == 101
    now[0] = 30
    assert len(live) == 1


def test_who_stops_watching_leaves_nothing_behind() -> None:
    live = Live()

    async def leave() -> None:
        events = follow(live, "unknown", never)
        async for _ in events:
            break
        await events.aclose()  # type: ignore[attr-defined]  # a generator, though it promises less

    asyncio.run(leave())
    assert len(live) == 0


def test_a_watcher_whose_loop_is_gone_stops_nobody() -> None:
    live = Live()

    async def look() -> None:
        live.begin("q")
        events = follow(live, "q", never)
        await anext(aiter(events))
        await events.aclose()  # type: ignore[attr-defined]  # as above

    asyncio.run(look())
    live.piece("q", "still said")
    live.end("q")
    assert pieces(asyncio.run(watched(live, "q"))) == ["still said"]
