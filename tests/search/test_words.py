"""The words of texts and of queries: what is the same word, what a query asks for, which part of a text it marks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.search_terms import MOST_TERMS, excerpt, mark_found, read_terms
from app.search.words import LONGEST_WORD, index_words, split_words


def is_found(query: str, text: str) -> bool:
    """Whether each word asked for fits a word of the text: what the index answers, computed from the text alone."""
    words = list(split_words(text))
    return all(any(term.fits(word) for word in words) for term in read_terms(query).terms)


def marked(query: str, text: str) -> list[str]:
    return [piece.text for piece in mark_found(text, read_terms(query)) if piece.found]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("reunion", "Deux réunions"),
        ("RÉUNIONS", "une reunion"),
        ("coeur", "Au CŒUR du métier"),
        ("cœurs", "le coeur"),
        ("ex aequo", "ex æquo"),
        ("testée", "Nous avons testé"),
        ("utilisatrice", "les utilisateurs"),
        ("l'api", "L’API est prête"),
        ("api", "l'api"),
        ("c++", "écrit en C++"),
        ("donn", "les données"),
        ("développeme", "le développement"),
        ("rapide protot", "un prototype rapide"),
        ("e\u0301te\u0301", "l'été"),  # accents as characters of their own
        ("ﬁltre", "un filtre"),
        ("ＡＰＩ", "api"),
        ("pro\u00adto", "proto"),
        ("le tableau de bord", "Tableau, bord"),
        ("aujourd'hui", "Aujourd’hui"),
        ("2019", "en 2019"),
        ("день", "ДЕНЬ"),
    ],
)
def test_a_word_is_the_same_however_it_is_spelled(query: str, text: str) -> None:
    assert is_found(query, text)
    assert marked(query, text)


@pytest.mark.parametrize(
    ("query", "text"), [("a b", "a"), ("chat ", "achat"), ("no", "un"), ("protot rapide", "prototype"), ("x", "xylo")]
)
def test_what_is_another_word_is_not_found(query: str, text: str) -> None:
    assert not is_found(query, text)


@pytest.mark.parametrize("query", ["", " ", '"', "'", "++", "***", "\0", "\ud800", "()", "_", "—", "👍", "l'", ":::"])
def test_what_has_no_word_asks_for_nothing(query: str) -> None:
    assert not read_terms(query)


@pytest.mark.parametrize(
    "query", ["AND", "OR NOT", 'col:x "', "x* NEAR(y)", "-a +b", "'; DROP TABLE", "a\0b", "p_1", "\ud800a"]
)
def test_operators_are_words_like_any_other(query: str) -> None:
    terms = read_terms(query).terms
    assert terms
    for term in terms:
        for word in {*term.stems, term.prefix or "a"}:
            assert word.isalnum(), word


def test_only_stop_words_are_looked_for_when_there_is_nothing_else() -> None:
    assert [term.prefix for term in read_terms("le la").terms] == [None, "la"]
    assert [term.prefix for term in read_terms("le projet de la").terms] == [None]
    assert is_found("le projet de la", "Nos projets")


def test_a_query_of_a_thousand_words_asks_for_the_first_ones() -> None:
    terms = read_terms(" ".join(f"mot{n}" for n in range(1000)))
    assert (len(terms.terms), terms.left_out) == (MOST_TERMS, 1000 - MOST_TERMS)
    assert all(term.prefix is None for term in terms.terms), "the last word is not among them"
    assert len(read_terms("mot " * 1000).terms) == 1


def test_one_letter_is_no_beginning() -> None:
    (term,) = read_terms("r").terms
    assert term.prefix is None


def test_a_very_long_word_is_cut_alike_in_texts_and_queries() -> None:
    assert is_found("z" * 5000, "z" * 5000)
    assert max(map(len, index_words("z" * 5000))) == LONGEST_WORD


def test_the_part_around_what_was_asked_for_is_shown_on_one_line() -> None:
    text = "avant " * 100 + "la\n**réunion**" + " après" * 100
    pieces = excerpt(text, read_terms("reunions"))
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("… avant")
    assert shown.endswith("après …")
    assert "la **réunion** après" in shown
    assert len(shown) < 260
    assert [piece.text for piece in pieces if piece.found] == ["réunion"]


texts = st.text(st.sampled_from("aàé eœÆ'’-_*<>&\0\ud800\u0301\u00adﬁ½²İßﷺ한글день12 \n") | st.characters())


@given(texts, texts)
def test_marking_changes_nothing_of_a_text_and_no_text_breaks_it(query: str, text: str) -> None:
    pieces = mark_found(text, read_terms(query))
    assert "".join(piece.text for piece in pieces) == text
    for word in index_words(text):
        assert word.isalnum()
        assert " " not in word


@given(
    st.lists(st.sampled_from(["réunion", "l'API", "données", "œuvre", "testé", "C++", "Karfu’R", "2019"]), min_size=1)
)
def test_a_text_is_found_by_its_own_words_in_any_spelling(words: list[str]) -> None:
    text = " ".join(words)
    for query in (text, text.upper(), unicodedata.normalize("NFD", text), text.replace("'", "’")):
        assert is_found(query, text), query
