"""Copies and versions: what says the same, and what only looks so."""

from bot.variants import Variant, is_copy, is_outdated, is_replaced, variant
from tests.unit.made import document, passage

LOST = "Report a lost laptop within 24 hours to the service desk, which locks it and orders another one for you."


def made(text: str, name: str = "d", *, title: str = "Travel policy", on: str = "") -> Variant:
    of = document(name, title=title, on=on)
    return variant(passage(of, text), of)


def test_the_same_words_are_a_copy_whatever_their_layout() -> None:
    assert is_copy(made(LOST), made(f"**{LOST.upper()}**\n", "e"))


def test_a_different_number_is_not_a_copy() -> None:
    assert not is_copy(made(LOST), made(LOST.replace("24", "48"), "e"))


def test_a_different_name_is_not_a_copy() -> None:
    assert not is_copy(made("Ask Maria in Lisbon about leave."), made("Ask Joana in Lisbon about leave.", "e"))


def test_the_newer_version_of_a_page_counts() -> None:
    old = made("Meals in Portugal: up to €45 a day.", "old", title="Travel policy 2024", on="2024-02-12")
    new = made("Meals in Portugal: up to €58 a day.", "new", title="Travel policy 2026", on="2026-03-02")
    assert is_outdated(old, new, frozenset())
    assert not is_outdated(new, old, frozenset())


def test_who_asks_for_the_old_year_gets_it() -> None:
    old = made("Meals in Portugal: up to €45 a day.", "old", title="Travel policy 2024", on="2024-02-12")
    new = made("Meals in Portugal: up to €58 a day.", "new", title="Travel policy 2026", on="2026-03-02")
    assert not is_outdated(old, new, frozenset({"2024"}))


def test_pages_of_different_offices_are_not_versions() -> None:
    lisbon = made("Notice is 60 calendar days.", "l", title="Leaving: Lisbon", on="2025-01-01")
    bristol = made("Notice is 42 calendar days.", "b", title="Leaving: Bristol", on="2026-01-01")
    assert not is_outdated(lisbon, bristol, frozenset())


def test_pages_that_only_share_a_title_are_not_versions() -> None:
    one = made("How to request a new laptop from the service desk.", "a", title="README", on="2025-01-01")
    other = made("Quarterly goals of the design team are reviewed in May.", "b", title="README", on="2026-01-01")
    assert not is_outdated(one, other, frozenset())


def test_without_dates_nothing_is_outdated() -> None:
    assert not is_outdated(made("Meals: €45.", "a"), made("Meals: €58.", "b", on="2026-01-01"), frozenset())


def test_a_section_that_was_written_anew_replaces_the_old_one() -> None:
    old = made("Economy class for everything up to 8 hours.", "old", title="Travel policy", on="2024-02-12")
    new = made("Nobody flies business; premium starts at seven.", "new", title="Travel policy 2026", on="2026-03-02")
    assert is_replaced(old, new, frozenset())
    assert not is_replaced(old, new, frozenset({"before"}))
    assert not is_replaced(new, old, frozenset())
