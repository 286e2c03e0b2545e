"""Markdown as typed: what people expect of it, what never comes out of it, how long it may take."""

from __future__ import annotations

import csv
import re
import string
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown.util import ETX, STX

from app.markdown import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, MAX_LENGTH, count_code_points, to_html, to_text

REL = 'rel="nofollow noopener noreferrer"'


def letters(text: str) -> str:
    return "".join(character for character in text if character in string.ascii_letters)


def flat(text: str) -> str:
    """The HTML of `text` on one line."""
    return to_html(text).replace("\n", "")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**gras** et *italique*", "<p><strong>gras</strong> et <em>italique</em></p>"),
        ("un snake_case_name", "<p>un snake_case_name</p>"),
        ("une ligne\nune autre", "<p>une ligne<br>une autre</p>"),
        ("une ligne\r\nune autre", "<p>une ligne<br>une autre</p>"),
        ("un\n\ndeux", "<p>un</p><p>deux</p>"),
        ("Fait :\n- a\n- b", "<p>Fait :</p><ul><li>a</li><li>b</li></ul>"),
        ("- a\nDur :\n- b", "<ul><li>a</li></ul><p>Dur :</p><ul><li>b</li></ul>"),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("- a\n  suite", "<ul><li>a<br>    suite</li></ul>"),
        ("• a\n• b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("3. a", '<ol start="3"><li>a</li></ol>'),
        ("- a\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        ("> cité\nréponse", "<blockquote><p>cité</p></blockquote><p>réponse</p>"),
        ("> - a", "<blockquote><ul><li>a</li></ul></blockquote>"),
        ("`a < b` et ``c`d``", "<p><code>a &lt; b</code> et <code>c`d</code></p>"),
        ("`**a**` et `https://b.example`", "<p><code>**a**</code> et <code>https://b.example</code></p>"),
        ("`<b>&amp;</b>`", "<p><code>&lt;b&gt;&amp;amp;&lt;/b&gt;</code></p>"),
        ("```py\n**x**\n\n  y < z\n```\nfin", "<pre><code>**x**  y &lt; z</code></pre><p>fin</p>"),
        ("- a\n```\nb\n```", "<ul><li>a</li></ul><pre><code>b</code></pre>"),
        ("a\n---\nb", "<p>a</p><hr><p>b</p>"),
        ("", ""),
        (" \n\t", ""),
    ],
)
def test_markdown_is_what_people_expect(typed: str, shown: str) -> None:
    assert flat(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("***a*** b", "<em><strong>a</strong></em> b"),
        ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
        ("*a **b** c*", "<em>a <strong>b</strong> c</em>"),
        ("*a _b* c_", "<em>a _b</em> c_"),
        ("**a*", "*<em>a</em>"),
        ("*a**b*", "<em>a**b</em>"),
        ("2 * 3 et *a* et *b*", "2 * 3 et <em>a</em> et <em>b</em>"),
        ("2*3*4, 10*2 = 20 et 2**8**2", None),  # a product, which CommonMark would make italic
        ("*2*3*", "<em>2*3</em>"),
        ("Livré* avec *brio* et `code`", "Livré* avec <em>brio</em> et <code>code</code>"),
        ("*x*__a_* *`c`*", "<em>x</em>_<em>a</em>* <em><code>c</code></em>"),
        ("a_b_c _d_ __init__", "a_b_c <em>d</em> <strong>init</strong>"),
        (r"\*a\* *b\** c", "*a* <em>b*</em> c"),
        ("*a" * 9 + " " + "a* " * 9, None),
    ],
)
def test_emphasis_is_paired_as_commonmark_does(typed: str, shown: str | None) -> None:
    html = to_html(typed)
    assert html.count("<em>") == html.count("</em>") <= 6
    assert shown is None or html == f"<p>{shown}</p>"


EMPHASIZED = ["*", "_", "**", "__", "***", "a", "b", " ", "\n", "\\_", "`c`", "https://a.fr/d", ".", "("]


@given(st.lists(st.sampled_from(EMPHASIZED), max_size=25).map("".join))
def test_emphasis_leaves_every_word_and_sign_in_its_place(typed: str) -> None:
    shown = re.sub("<[^>]*>", "", to_html(typed))
    assert letters(shown) == letters(typed)
    assert not {STX, ETX}.intersection(shown)


@pytest.mark.parametrize("typed", ["# Titre", "### Titre ##", "###### Titre"])
def test_a_heading_is_a_paragraph_in_bold_whatever_its_level(typed: str) -> None:
    assert to_html(typed) == "<p><strong>Titre</strong></p>"


@pytest.mark.parametrize(("typed", "shown"), [("#mot-dièse", "#mot-dièse"), ("# C#", "<strong>C#</strong>")])
def test_a_hash_that_is_no_heading_stays(typed: str, shown: str) -> None:
    assert to_html(typed) == f"<p>{shown}</p>"


@pytest.mark.parametrize(
    ("typed", "url", "label"),
    [
        ("[le site](https://a.fr/x_y_z)", "https://a.fr/x_y_z", "le site"),
        ("[le site](http://a.fr/A_(b))", "http://a.fr/A_(b)", "le site"),
        ("[nous](mailto:a@b.fr)", "mailto:a@b.fr", "nous"),
        ("https://a.fr/?q=1#x", "https://a.fr/?q=1#x", "https://a.fr/?q=1#x"),
        ("<https://a.fr>", "https://a.fr", "https://a.fr"),
        ("![le plan](https://a.fr/plan.png)", "https://a.fr/plan.png", "le plan"),
        ("![](https://a.fr/plan.png)", "https://a.fr/plan.png", "https://a.fr/plan.png"),
    ],
)
def test_urls_are_links_and_images_are_links_to_them(typed: str, url: str, label: str) -> None:
    assert to_html(typed) == f'<p><a href="{url}" {REL}>{label}</a></p>'


@pytest.mark.parametrize(
    ("typed", "url", "after"),
    [
        ("Voir https://a.fr/x.", "https://a.fr/x", "."),
        ("(voir https://a.fr/x)", "https://a.fr/x", ")"),
        ("https://fr.wikipedia.org/wiki/A_(b), ou", "https://fr.wikipedia.org/wiki/A_(b)", ", ou"),
        ("(voir https://fr.wikipedia.org/wiki/A_(b))", "https://fr.wikipedia.org/wiki/A_(b)", ")"),
    ],
)
def test_a_bare_url_ends_before_the_punctuation_of_the_sentence(typed: str, url: str, after: str) -> None:
    assert f">{url}</a>{after}" in to_html(typed)


@pytest.mark.parametrize(
    ("typed", "url", "label"),
    [
        (r"https://a.fr/compte\_rendu", "https://a.fr/compte_rendu", None),
        (r"<https://a.fr/a\_b>", "https://a.fr/a_b", None),
        (r"<mailto:prenom\_nom@a.fr>", "mailto:prenom_nom@a.fr", "prenom_nom@a.fr"),
        (r"[x](https://a.fr/a\_b)", "https://a.fr/a_b", "x"),
        (r"[](https://a.fr/a\_b)", "https://a.fr/a_b", None),
        (r"https://a.fr/a\~b\_", "https://a.fr/a~b_", None),
        (r"https://a.fr/?a=1\&b=2", "https://a.fr/?a=1&amp;b=2", None),
        ("https://a.fr/`a_b`/c", "https://a.fr/a_b/c", None),
        ("<https://a.fr/`b`>", "https://a.fr/b", None),
        ("[x](https://a.fr/`b`)", "https://a.fr/b", "x"),
        ("[x](`https://a.fr/a_b`)", "https://a.fr/a_b", "x"),
        ("[x]( https://a.fr/b )", "https://a.fr/b", "x"),
        ("[x](\u200bhttps://a.fr/b\u200b)", "https://a.fr/b", "x"),
        ("https://a.fr/a\u00adb\u200bc", "https://a.fr/abc", None),
        ("https://a.fr/?a[]=1&b[x]=2", "https://a.fr/?a[]=1&amp;b[x]=2", None),
        ("https://a.fr/(a_(b))", "https://a.fr/(a_(b))", None),
        ("Https://a.fr/b", "Https://a.fr/b", None),
        ("[x](HTTPS://a.fr/b)", "HTTPS://a.fr/b", "x"),
    ],
)
def test_a_url_is_the_one_that_was_meant(typed: str, url: str, label: str | None) -> None:
    assert to_html(typed) == f'<p><a href="{url}" {REL}>{label or url}</a></p>'


def test_what_is_escaped_or_code_in_the_title_of_a_link_is_in_the_title() -> None:
    assert f'title="un &quot;mot&quot; et_du code" {REL}>' in to_html(r'[x](https://a.fr "un \"mot\" et\_du `code`")')


@pytest.mark.parametrize("escaped", ["<", "~", '"', "'", "|", "$", "_", "&"])
def test_every_sign_may_be_escaped(escaped: str) -> None:
    assert to_text(f"a\\{escaped}b") == f"a{escaped}b"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("“https://a.fr/x”", "“{}”"),
        ("“https://a.fr/x”, oui", "“{}”, oui"),
        ("«https://a.fr/x»", "«{}»"),
        ("‘https://a.fr/x’", "‘{}’"),
        ("https://a.fr/x)", "{})"),
        ("https://a.fr/x))", "{}))"),
        ("(https://a.fr/x)et", "({})et"),
        ("[https://a.fr/x]", "[{}]"),
        ("https://a.fr/x[1]", "{}[1]"),
        ("https://a.fr/x(", "{}("),
        ("_https://a.fr/x_", "<em>{}</em>"),
        ("__https://a.fr/x__", "<strong>{}</strong>"),
        ("*https://a.fr/x*", "<em>{}</em>"),
        ("_voir https://a.fr/x_", "<em>voir {}</em>"),
        ("https://a.fr/x\u200b", "{}\u200b"),
        ("https://a.fr/x\ufeff et", "{}\ufeff et"),
        ("https://a.fr/x\u200d.", "{}\u200d."),
        ("https://a.fr/x\ufe0f", "{}\ufe0f"),
        ("https://a.fr/x\u2028suite", "{}<br>suite"),
        (r"\<https://a.fr/x\>", "&lt;{}&gt;"),
        ("https://a.fr/x，", "{}，"),
        ("https://a.fr/x`a b`", "{}<code>a b</code>"),
        ("https://a.fr/x, `b`", "{}, <code>b</code>"),
        ("https://", "https://"),
        ("https://)", "https://)"),
    ],
)
def test_what_surrounds_a_bare_url_is_no_part_of_it(typed: str, shown: str) -> None:
    link = f'<a href="https://a.fr/x" {REL}>https://a.fr/x</a>'
    assert flat(typed) == f"<p>{shown.format(link)}</p>"


@pytest.mark.parametrize(
    "bullet",
    ["·\t", "▪ ", "◦\u00a0", "•", "▪\ufe0f ", "➢\t", "\uf0b7\t", "\uf0a8 ", "\u2212 ", "o\t", "§\t", "\u200b- "],
)
def test_the_bullets_of_office_programs_make_a_list(bullet: str) -> None:
    assert flat(f"Fait :\n{bullet}un\n{bullet}deux") == "<p>Fait :</p><ul><li>un</li><li>deux</li></ul>"


@pytest.mark.parametrize("typed", ["o un", "·", "-un", "v2\tprête"])
def test_what_is_no_bullet_stays(typed: str) -> None:
    assert "<li>" not in to_html(typed)


def test_each_of_the_examples_of_others_comes_out_right(eig_data: Path) -> None:
    folder = eig_data / "faults" / "markdown"
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = {row["file"]: row["html contains"] for row in csv.DictReader(file)}
    assert len(expected) == 8
    for name, part in expected.items():
        assert part in to_html((folder / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('<img src="x" onerror="alert(1)">', '&lt;img src="x" onerror="alert(1)"&gt;'),
        ('<p style="color:red" id="x">a', '&lt;p style="color:red" id="x"&gt;a'),
        ("<!-- rien -->", "&lt;!-- rien --&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](data:text/html,<b>)", "[x](data:text/html,&lt;b&gt;)"),
        ("[x](//evil.example)", "[x](//evil.example)"),
        ("[x]: https://a.fr\n[x]", None),
        ("&lt;b&gt; AT&T", "&lt;b&gt; AT&amp;T"),
        ("\x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03", "klzzwxh:0000 wzxhzdk:0"),
    ],
)
def test_html_and_other_schemes_are_shown_as_text(typed: str, shown: str | None) -> None:
    html = to_html(typed)
    assert "<script" not in html
    assert "<img" not in html
    assert shown is None or html == f"<p>{shown}</p>"


MARKUP = ["*", "_", "`", "[", "]", "(", ")", "!", "<", ">", "#", "\\", "\n", "\n\n", "  ", "- ", "> ", "\t", '"', "'"]
URLS = ["https://a.fr/", "<https://b.fr/", "<mailto:", "[x](", "\\_", "`c`", "\u200b", "”", "\x02", "\x03", "\u2028"]
PIECES = [
    *MARKUP,
    *URLS,
    "a",
    "été",
    "Mot",
    "](https://x.fr/",
    "<b ",
    "javascript:",
    "<img src=",
    "&",
    "1. ",
    "```\n",
    "🙂",
]


class Allowed(HTMLParser):
    """Fails on whatever the product does not let through."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED_TAGS
        for name, value in attrs:
            assert name in ALLOWED_ATTRIBUTES.get(tag, set()) | {"rel"}
            assert name != "href" or (value or "").startswith(("https://", "http://", "mailto:"))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


TYPED = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=100)


@given(TYPED)
def test_nothing_but_harmless_tags_comes_out_of_any_text(typed: str) -> None:
    Allowed().feed(to_html(typed))


@given(TYPED)
def test_no_placeholder_of_the_library_comes_out_of_any_text(typed: str) -> None:
    assert not {STX, ETX}.intersection(to_html(typed) + to_text(typed))


@given(st.lists(st.sampled_from([*MARKUP, "a", "b", "Mot", "texte"]), max_size=40).map("".join))
def test_no_word_is_lost_in_plain_text(typed: str) -> None:
    assert letters(to_text(typed)) == letters(typed)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Fait :\n- **a**\n- b\n  - c\nfin", "Fait :\n\n- a\n- b\n  - c\n\nfin"),
        ("9. a\n10. b\n    suite", "9. a\n10. b\n    suite"),
        ("> cité\n> encore\n\nfin", "> cité\n> encore\n\nfin"),
        ("[le site](https://a.fr) et https://b.fr", "le site (https://a.fr) et https://b.fr"),
        ("[nous](mailto:a@b.fr)", "nous (a@b.fr)"),
        ("```\nx = 1\n\n  y\n```", "x = 1\n\n  y"),
        ("a\nb", "a\nb"),
        ("- a\n\n  b\n- c", "- a\n\n  b\n- c"),
        ("- a\n\n  - b\n- c", "- a\n  - b\n- c"),
        ("- a\n\n  b\n  - c\n- d", "- a\n\n  b\n  - c\n- d"),
        ("# Titre\ntexte", "Titre\n\ntexte"),
        ("5 < 6 & 7 > 3", "5 < 6 & 7 > 3"),
        ("a\n***", "a\n\n---"),
        ("", ""),
    ],
)
def test_plain_text_says_the_same(typed: str, plain: str) -> None:
    assert to_text(typed) == plain


@pytest.mark.parametrize(
    ("typed", "count"),
    [("", 0), ("été", 3), ("🙂", 1), ("e\u0301", 2), ("a\nb", 3), ("a\r\nb", 3), ("a\r\n\r\nb", 4), ("  ", 2)],
)
def test_code_points_count_a_line_break_as_one(typed: str, count: int) -> None:
    assert count_code_points(typed) == count


def test_a_text_too_long_to_read_is_shown_as_typed_and_whole() -> None:
    typed = "**a** <b>\nb\n\n" * (MAX_LENGTH // 10)
    html = to_html(typed)
    assert html.count("<p>**a** &lt;b&gt;<br>\nb</p>") == MAX_LENGTH // 10


LENGTH = 20_000
MOST_TIMES_AN_HONEST_TEXT = 20
HOSTILE = [
    *("[", "![", "*", "_", "`", "**", "&", "&#", "#", "\\", "<", ">", "=", "-", " ", "\n", "(", '"', "\u2028", "🙂"),
    *("> ", "* * ", "- ", "- > ", "1. ", "> > - ", "**a *b _c ", "*_", "***a", "a**", "_a*", "*a* _b_ ", "__a "),
    *("`a", "``a`b", "``a`", "```a``", "\\`", "[a](", "[a](b", "[[a]", "](", "![](", "[a](https://a(", "[a](https://a"),
    *("<a ", "<!--", "<https://", "<a@b.c>", "https://", "https://a(", "mailto:", "[x](https://a.fr 'b"),
    *("https://a`b`", "https://a,`b`", "https://a\\_", "https://a.fr/?[", "https://a)", "[x](\\_", "[x](`b`"),
    *("*a**", "***a", "_a* ", "*a* *", "_a_ *x", "*a _b** c__ "),
    *("-\n", "=\n", "#\n", "a\n=\n", "---\n", "- a\n", "1. a\n- b\n", "> a\n\n", "```\n", "~~~a\n", "- - - x", "# #"),
]
NESTED = {
    "nested bullets": "".join("  " * depth + "- a\n" for depth in range(140)),
    "nested quotations": "".join(">" * depth + " a\n" for depth in range(190)),
    "nested emphasis": "*a " * 3300 + "a* " * 3300,
    "brackets never closed": "[" * 400 + "a " * (LENGTH // 2),
}


def seconds(text: str) -> float:
    """The processor's time for `text`, both ways."""
    begun = time.process_time()
    to_text(text)
    return time.process_time() - begun


@pytest.fixture(scope="module")
def honest_seconds() -> float:
    bulletin = "Nous avons **livré** la version 2.\n\n- un point [lien](https://a.fr)\n- deux `code`\n\n"
    text = (bulletin * LENGTH)[:LENGTH]
    return min(seconds(text) for _ in range(3))


@pytest.mark.parametrize(
    "text", [*((shape * LENGTH)[:LENGTH] for shape in HOSTILE), *NESTED.values()], ids=[*map(ascii, HOSTILE), *NESTED]
)
def test_hostile_text_takes_no_longer_than_a_few_honest_ones(text: str, honest_seconds: float) -> None:
    most = MOST_TIMES_AN_HONEST_TEXT * honest_seconds
    assert any(seconds(text[:LENGTH]) < most for _ in range(3)), "the collector may run in one of them"
