"""The README's pictures, from the real demo: `python -m tests.bench.screenshots --out deploy/screenshots`."""

import argparse
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.functional.browsing import Site, ask, site
from tests.servers.browser import browser

_QUESTION: Final = "I lost both of my security keys. How do I get back into my account?"
_COLOURS: Final = 192
_ELSEWHERE: Final = "/srv/attune/bot"
_MOVED: Final = """([from, to]) => {
    for (const gap of document.querySelectorAll("wbr")) gap.remove();
    document.body.normalize();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(from, to);
}"""
"""Shows the sample documents where an installation would have them."""


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="attune-pictures-") as folder,
        site("demo", Path(folder) / "home") as demo,
        browser() as chromium,
    ):
        for name, picture in pictures(chromium, demo):
            (out / f"{name}.png").write_bytes(picture)
            print(f"{name}.png: {len(picture) / 1000:.0f} kB")


def pictures(chromium: Browser, demo: Site) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each picture, and the picture."""
    with seen(chromium, (1440, 760), "light") as page:
        conversation(page, demo)
        yield "chat", taken(page)
    with seen(chromium, (375, 812), "dark", scale=2) as page:
        conversation(page, demo)
        page.locator(".sources-button").last.click()
        page.locator(".cite").first.hover()
        yield "chat-narrow-dark", taken(page)
    with seen(chromium, (1440, 760), "light") as page:
        page.goto(f"{demo.console}/sources")
        yield "sources", taken(page)
    with seen(chromium, (1440, 1000), "dark") as page:
        conversation(page, demo)
        page.locator(".turn").last.get_by_text("What was searched").click()
        page.get_by_role("link", name="Explain this answer").click()
        expect(page.get_by_role("heading", name="What was searched")).to_be_visible()
        yield "why-dark", taken(page)


def conversation(page: Page, demo: Site) -> None:
    """Ask something that is answered well, and point at its first source."""
    page.goto(f"{demo.chat}/c/general?new=1")
    ask(page, _QUESTION)
    page.locator(".cite").first.hover()


@contextmanager
def seen(chromium: Browser, size: tuple[int, int], theme: str, *, scale: int = 1) -> Iterator[Page]:
    """Open a page of somebody with this screen."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
        device_scale_factor=scale,
        reduced_motion="reduce",
        locale="en-GB",
    )
    yield context.new_page()
    context.close()


def taken(page: Page) -> bytes:
    """Return what is on the screen, with few enough colours to be small, and without the folders of this machine."""
    page.evaluate("document.activeElement.blur()")
    page.evaluate(_MOVED, [str(files("bot")), _ELSEWHERE])
    page.evaluate("document.fonts.ready")
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = image.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    main()
