"""Links whose labels show one address and that open another."""

from __future__ import annotations

import time

import pytest

from app.link_labels import host_to_tell
from app.markdown import to_html, to_text


@pytest.mark.parametrize(
    ("label", "url", "told"),
    [
        ("https://bulletins.example/promotion-3", "https://evil.example/a", "evil.example"),
        ("bulletins.example", "https://evil.example", "evil.example"),
        ("Lire https://bulletins.example maintenant", "https://evil.example", "evil.example"),
        ("www.bulletins.example", "https://evil.example", "evil.example"),
        ("ｈｔｔｐｓ：／／bulletins．example", "https://evil.example", "evil.example"),
        ("bulletins\u200b.example", "https://evil.example", "evil.example"),
        ("https://bulletins.example@evil.example", "https://evil.example", "evil.example"),
        ("https://bulletins.example", "https://bulletins.example@evil.example/", "evil.example"),
        ("https://bulletins.example@evil.example", "https://bulletins.example@evil.example", "evil.example"),
        ("https://bulletins.example", "https://bulletins.example.evil.example/", "bulletins.example.evil.example"),
        ("judith@promotion.example", "mailto:autre@evil.example", "autre@evil.example"),
        ("judith@promotion.example", "https://evil.example", "evil.example"),
        ("https://bulletins.example", "mailto:autre@evil.example?subject=x", "autre@evil.example"),
        ("https://bulletins.example", "https://bulletins.example/ailleurs", ""),
        ("https://www.bulletins.example", "https://bulletins.example", ""),
        ("BULLETINS.example", "https://bulletins.example", ""),
        ("bulletins.example.", "https://bulletins.example", ""),
        ("judith@promotion.example", "mailto:judith@promotion.example", ""),
        ("le compte rendu", "https://evil.example", ""),
        ("semaine 10 : 3,5 j. à deux", "https://evil.example", ""),
        ("https://[", "https://evil.example", "evil.example"),
        ("bulletins.example", "https:///evil.example/a", "evil.example"),
        ("bulletins.example", r"https://evil.example\@bulletins.example", "evil.example"),
        ("bulletins.example", r"https:\\evil.example", "evil.example"),
        ("bulletins。example", "https://evil.example", "evil.example"),
        ("bulletins.example", "https://?a", "https://?a"),
        ("", "https://evil.example", ""),
    ],
)
def test_the_host_is_told_beside_a_label_that_shows_another(label: str, url: str, told: str) -> None:
    assert host_to_tell(label, url) == told


def test_it_is_told_on_the_page_and_in_the_letters_text() -> None:
    typed = "Voir [https://bulletins.example](https://evil.example/a) !"
    assert "https://bulletins.example</a> (evil.example) !" in to_html(typed)
    assert to_text(typed) == "Voir https://bulletins.example (https://evil.example/a) (evil.example) !"


@pytest.mark.parametrize("typed", ["https://a.example/b", "<https://a.example>", "[a_b](https://a.example)"])
def test_nothing_is_told_where_nothing_hides(typed: str) -> None:
    assert "(a.example)" not in to_html(typed)


def test_a_label_that_begins_as_an_address_in_bold_tells_too() -> None:
    assert "(evil.example)" in to_html("[**bulletins.example**](https://evil.example)")


@pytest.mark.parametrize(
    "url",
    ["https:///evil.example", r"https://evil.example\\@a.example", "https://evil.example&#92;@a.example"],
)
def test_a_url_leads_where_browsers_go_with_it(url: str) -> None:
    assert "</a> (evil.example)" in to_html(f"[https://a.example]({url})")


def test_a_label_in_entities_is_read_as_it_is_shown() -> None:
    assert "</a> (evil.example)" in to_html("[bulletins&#46;example](https://evil.example)")


@pytest.mark.parametrize("label", ["a." * 250, "@" * 500, "a@" * 250, "www." * 125, "-" * 500])
def test_no_label_takes_long(label: str) -> None:
    begun = time.process_time()
    host_to_tell(label, "https://evil.example")
    assert time.process_time() - begun < 0.1
