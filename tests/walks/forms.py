"""The forms of a page, as a browser finds them: where each is sent, its fields and what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

PRESSED = {"submit", "image", "button", "reset"}
TICKED = {"checkbox", "radio"}


@dataclass
class Field:
    """A field: `kind` as HTML names it, `textarea` and `select` among them; `values` are what a browser sends."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)  # by a select, radio buttons or boxes
    maxlength: int | None = None


@dataclass
class Form:
    """A form that is posted: `action`, empty for the page's own address, its fields by name, its buttons' values."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    is_borrowed: bool = False  # by a button that sends another form's fields elsewhere


def forms_of(page: str) -> list[Form]:
    """The forms of `page` that are posted, and one more for each button that sends its form elsewhere."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.add_what_named_a_later_form()
    return [form for form in reader.found if form.action or form.fields]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._open: Field | None = None  # a text area or a select
        self._early: list[tuple[str, dict[str, str]]] = []  # what names a form that comes after it

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(values.get("action", "")) if values.get("method", "").lower() == "post" else None
            if self._form:
                self.found.append(self._form)
                self._by_id[values.get("id") or f"without id {len(self.found)}"] = self._form
        elif tag == "option" and self._open:
            self._open.offered.append(values.get("value", ""))
            self._open.values += self._open.offered[-1:] if "selected" in values else []
        elif "form" in values and values["form"] not in self._by_id:
            self._early.append((tag, values))
        elif form := self._by_id[values["form"]] if "form" in values else self._form:
            self._add(form, tag, values)

    def add_what_named_a_later_form(self) -> None:
        for tag, values in self._early:
            if form := self._by_id.get(values["form"]):
                self._add(form, tag, values)

    def handle_data(self, data: str) -> None:
        if self._open and self._open.kind == "textarea":
            self._open.values[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif self._open and tag == self._open.kind:
            if tag == "textarea":
                self._open.values[-1] = self._open.values[-1].removeprefix("\n")
            self._open.values = self._open.values or self._open.offered[:1]
            self._open = None

    def _add(self, form: Form, tag: str, values: dict[str, str]) -> None:
        kind = values.get("type", "text") if tag == "input" else values.get("type", "submit")
        pressed = [(values["name"], values.get("value", ""))] if values.get("name") else []
        if tag in {"input", "button"} and kind in PRESSED:
            if "formaction" in values:
                self.found.append(Form(values["formaction"], form.fields, pressed, is_borrowed=True))
            else:
                form.buttons += pressed
        elif tag in {"input", "textarea", "select"} and pressed:
            added = form.fields.setdefault(values["name"], Field(values["name"], kind if tag == "input" else tag))
            added.maxlength = int(values["maxlength"]) if "maxlength" in values else None
            _fill(added, values)
            self._open = added if tag != "input" else None


def _fill(added: Field, values: dict[str, str]) -> None:
    """Note what the tag itself says of the value: an input has it, a text area begins empty."""
    if added.kind in TICKED:
        added.offered.append(values.get("value", "on"))
        added.values += added.offered[-1:] if "checked" in values else []
    elif added.kind not in {"file", "select"}:
        added.values.append(values.get("value", ""))
