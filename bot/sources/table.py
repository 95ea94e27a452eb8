"""Rows of cells as a Markdown table."""

from collections.abc import Sequence


def as_markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first row is its header; empty rows and columns are left out.

    Where the first column is set in bold and the header is not, the rows are pairs of name and value,
    and the header stays empty.
    """
    full = [[_cell(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not full:
        return ""
    width = max(map(len, full))
    padded = [row + [""] * (width - len(row)) for row in full]
    used = [column for column in range(width) if any(row[column] for row in padded)]
    kept = [[row[column] for column in used] for row in padded]
    if len(used) == 1:
        return "\n\n".join(row[0] for row in kept)
    if all(cell.startswith("**") or not cell for cell in kept[0]):
        kept[0] = [cell.removeprefix("**").removesuffix("**") for cell in kept[0]]
    elif all(row[0].startswith("**") for row in kept):
        kept.insert(0, [""] * len(used))
    kept.insert(1, ["-"] * len(used))  # one is enough, and each costs tokens wherever the header is repeated
    return "\n".join(f"| {' | '.join(row)} |" for row in kept)


def _cell(text: str) -> str:
    return " ".join(text.replace("\\|", "|").replace("|", "\\|").split())
