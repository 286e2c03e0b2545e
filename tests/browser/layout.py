"""How a page is laid out, by measuring what the browser has drawn."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page

LIMITS = {
    "head": 64,  # pixels of a phone's screen, at most
    "headOfState": 85,  # whose mark, with its motto, is 69 pixels high at the smallest size that its design system has
    "measure": 44,  # rem that a text is wide, at most
    "target": 24,  # pixels under a finger, at least: WCAG 2.2, 2.5.8
    "gap": 4,  # pixels between what one fills in or presses and what stands beside it or above, at least
    "screens": 3,  # that a list is long without a way into it
}
MEASURING = Path(__file__).with_suffix(".js").read_text(encoding="utf-8").split("\n", 1)[1].rstrip().rstrip(";")


def assert_laid_out(page: Page) -> None:
    """Fail where a page is too wide, off the left edge, too small or crowded for a finger, or long without a way in."""
    faults = page.evaluate(MEASURING, LIMITS)
    assert not faults, "\n  ".join([page.url, *faults])


def top_of(place: Locator) -> float:
    """How far down the screen something stands, in pixels."""
    box = place.bounding_box()
    assert box
    return box["y"]
