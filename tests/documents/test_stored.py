"""A document that was stored is the document that comes back."""

from __future__ import annotations

import json

from app.documents.stored import from_stored, to_stored
from tests.documents.examples import DOCUMENT


def test_what_comes_back_from_json_is_what_was_stored() -> None:
    assert from_stored(json.loads(json.dumps(to_stored(DOCUMENT)))) == DOCUMENT
