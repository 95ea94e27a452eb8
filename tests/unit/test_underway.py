"""What is told of the syncs that run."""

import pytest

from bot.intake import Progress
from bot.underway import Filling, Underway


def at(done: int, total: int) -> Progress:
    return Progress(done, total, "/a.md", failed=0)


def test_a_sync_is_under_way_from_its_beginning_to_its_end_however_it_ends() -> None:
    underway, heard = Underway(), list[Progress]()
    assert underway.now == {}

    def fail() -> None:
        with underway.telling("handbook", heard.append) as tell:
            assert underway.now == {"handbook": None}
            tell(at(1, 3))
            assert underway.now == {"handbook": at(1, 3)}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert underway.now == {}
    assert heard == [at(1, 3)]


def test_sources_that_come_in_one_after_the_other_are_counted_together() -> None:
    underway = Underway()
    assert underway.filling is None
    with underway.planned({"handbook": 10, "pay": 5}):
        assert underway.filling == Filling(0, 15)
        with underway.telling("handbook", lambda _: None) as tell:
            tell(at(1, 7))
            assert underway.filling == Filling(4, 15), "three came in the last time, before somebody stopped it"
        assert underway.filling == Filling(10, 15)
        with underway.telling("pay", lambda _: None) as tell:
            tell(at(5, 5))
            assert underway.filling == Filling(15, 15)
    assert underway.filling is None


def test_nothing_planned_is_nothing_to_wait_for() -> None:
    underway = Underway()
    with underway.planned({}):
        assert underway.filling is None
