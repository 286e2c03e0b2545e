"""Notes about a page while it is rendered, for its later parts: a fault to name in the title, forms with drafts."""

from __future__ import annotations

from flask import g


def note_fault() -> str:
    """Note that the page shows a fault of what was typed; returns nothing to show."""
    g.has_fault = True
    return ""


def has_fault() -> bool:
    """Return whether the page has noted a fault so far."""
    return bool(g.get("has_fault"))


def note_text_form() -> int:
    """Note that the page has a form for a text of somebody's own; return its number on the page, from 1."""
    g.text_forms = 1 + int(g.get("text_forms", 0))
    note_main_form(f"form-{g.text_forms}")
    return int(g.text_forms)


def has_text_form() -> bool:
    """Return whether the page has noted such a form so far."""
    return "text_forms" in g


def note_main_form(element_id: str) -> str:
    """Note the id of the form that the page is there for, unless one before it was noted; returns nothing to show."""
    g.setdefault("main_form", element_id)
    return ""


def main_form() -> str:
    """Return the id of the form that the page is there for, or nothing."""
    return str(g.get("main_form", ""))


FUNCTIONS = (note_fault, has_fault, note_text_form, has_text_form, note_main_form, main_form)
