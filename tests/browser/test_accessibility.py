"""The test of accessibility can fail."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import assert_accessible


def test_a_picture_without_words_is_found(page: Page) -> None:
    page.set_content('<html lang="fr"><title>Essai</title><main><h1>Essai</h1><img src="data:,"></main>')
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(page)
