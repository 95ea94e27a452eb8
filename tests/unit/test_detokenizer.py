"""Text from tokens as they come."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.models.detokenizer import Detokenizer


def of_bytes(tokens: Sequence[int]) -> str:
    """Decode as a byte-level tokenizer does; 256 is a control token."""
    return bytes(token for token in tokens if token < 256).decode(errors="replace")


def of_words(tokens: Sequence[int]) -> str:
    """Decode as a SentencePiece tokenizer does: the first word of a text loses its space."""
    return " ".join(f"w{token}" for token in tokens)


@given(st.text())
def test_pieces_join_to_the_text_and_each_is_made_of_whole_characters(text: str) -> None:
    detokenizer = Detokenizer(of_bytes)
    pieces = [detokenizer.add(token) for token in text.encode()]
    assert "".join([*pieces, detokenizer.end()]) == text
    if "\N{REPLACEMENT CHARACTER}" not in text:
        assert all("\N{REPLACEMENT CHARACTER}" not in piece for piece in pieces)


@given(st.lists(st.integers(min_value=0, max_value=256)))
def test_any_bytes_come_out_as_they_would_at_once(tokens: list[int]) -> None:
    detokenizer = Detokenizer(of_bytes)
    assert "".join([*map(detokenizer.add, tokens), detokenizer.end()]) == of_bytes(tokens)


@given(st.lists(st.integers(min_value=0, max_value=9)))
def test_spaces_between_words_are_kept(tokens: list[int]) -> None:
    detokenizer = Detokenizer(of_words)
    assert "".join([*map(detokenizer.add, tokens), detokenizer.end()]) == of_words(tokens)


def test_an_ascii_text_is_shown_token_by_token() -> None:
    detokenizer = Detokenizer(of_bytes)
    assert [detokenizer.add(token) for token in b"abc"] == ["a", "b", "c"]


def test_the_work_for_a_token_does_not_grow_with_the_answer() -> None:
    longest = 0

    def decode(tokens: Sequence[int]) -> str:
        nonlocal longest
        longest = max(longest, len(tokens))
        return of_bytes(tokens)

    detokenizer = Detokenizer(decode)
    for token in "🍰 and words. ".encode() * 50:
        detokenizer.add(token)
    assert longest <= 8
