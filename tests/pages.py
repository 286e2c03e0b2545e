"""Reading pages and letters as somebody does who looks at them."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient

UNSEEN = re.compile(r"<(head|script|style|template)\b.*?</\1>|<!--.*?-->", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
FAULTS = re.compile(r'<div class="fr-messages-group" id="([\w-]+)-messages"[^>]*>(.*?)</div>', re.DOTALL)


def words(page: str) -> str:
    """What the page says, its tags gone, every run of white space one space, every hyphen a plain one."""
    return " ".join(html.unescape(TAG.sub(" ", UNSEEN.sub(" ", page))).replace("\u2011", "-").split())


def faults(page: str) -> dict[str, str]:
    """The error messages of each field that has some, by the field's name."""
    return {name: words(messages) for name, messages in FAULTS.findall(page) if words(messages)}


def typed(page: str, name: str) -> str:
    """The value of the text field or text area of that name."""
    area = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    field = area or re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page)
    assert field, f"the page has no field {name!r}"
    return html.unescape(field[1])


def is_signed_in(client: FlaskClient) -> bool:
    """Whether somebody is signed in in this browser."""
    return client.get("/me").status_code == 200
