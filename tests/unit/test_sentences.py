"""What a passage states: sentences, items and rows that can be read on their own."""

from bot.sentences import Statement, split_sentences, statements


def texts(markdown: str) -> list[str]:
    return [one.text for one in statements(markdown)]


def test_sentences_are_split_where_a_reader_would() -> None:
    text = "Dr. Silva approves it, e.g. by e-mail. Claims over €1,200.50 need two signatures! Ask him."
    assert split_sentences(text) == [
        "Dr. Silva approves it, e.g. by e-mail.",
        "Claims over €1,200.50 need two signatures!",
        "Ask him.",
    ]


def test_markup_is_not_part_of_what_is_said() -> None:
    assert texts("# Heading\n\nSee **the** [form](https://x.example/a_b) and `attune`.") == ["See the form and attune."]


def test_what_is_struck_through_is_not_stated() -> None:
    assert texts("Leave is ~~20~~ 25 days.") == ["Leave is 25 days."]


def test_a_table_row_carries_its_column_names() -> None:
    table = "| Role | Band |\n|---|---|\n| Engineer | €50,000 |\n| Lead | |"
    assert statements(table) == (
        Statement("Role: Engineer; Band: €50,000", "row"),
        Statement("Role: Lead", "row"),
    )


def test_a_short_list_is_also_one_statement_with_its_announcement() -> None:
    said = texts("Bring on your first day:\n\n- your passport\n- a photo.\n")
    assert said == [
        "Bring on your first day:",
        "Bring on your first day: your passport; a photo",
        "your passport",
        "a photo.",
    ]


def test_code_lines_are_statements() -> None:
    assert texts("```\nattune sources sync\n\nattune doctor\n```") == ["attune sources sync", "attune doctor"]


def test_nothing_states_nothing() -> None:
    assert texts("") == []
    assert texts("# Only a heading") == []


def test_rows_without_their_header_have_no_markup_either() -> None:
    assert texts("| [Bristol](https://example.com) | **42** days |") == ["Bristol; 42 days"]


def test_rows_without_their_header_are_still_rows() -> None:
    assert texts("| E4 | Senior engineer | 56,500 |\n| E5 | Staff engineer | |") == [
        "E4; Senior engineer; 56,500",
        "E5; Staff engineer",
    ]
