"""axe-core on a page: what it finds, in words."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Colours fade from light to dark: half-way they are those of neither.
TRANSITIONS_END = "() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished))"


def assert_accessible(page: Page) -> None:
    """Fail with every violation that axe finds: the rule, how grave, and the elements."""
    page.evaluate(TRANSITIONS_END)
    violations = Axe().run(page).response["violations"]
    assert not violations, f"{page.url}\n" + "\n".join(_words(violation) for violation in violations)


def _words(violation: dict[str, Any]) -> str:
    elements = "\n".join(f"      {node['html']}\n      {node['failureSummary']}" for node in violation["nodes"])
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n{elements}"
