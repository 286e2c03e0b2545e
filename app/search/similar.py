"""Who has met the same before: the past bulletins and calls for help that share most telling words with a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import log

from app.search.asked import Filters
from app.search.entries import EntryKey, EntryKind
from app.search.finding import find
from app.search.results import Found, read_found
from app.search.search_terms import STOP_WORDS, SearchTerms, Term
from app.search.visibility import Scope
from app.search.words import split_words
from app.teams.models import Team

MOST_SHOWN = 3
MOST_WORDS = 12  # of the text that are looked up
SHORTEST_WORD = 3  # letters
NEWEST = 60  # texts that a word is looked up in: one that more have tells little
LEAST_ALIKE = 3.0  # of `_score`: one rare word, or several that are not
# What any call says, whatever it is about. Folded.
# fmt: off
ASKING_WORDS = frozenset({
    "aide", "aider", "apres", "aupres", "avez", "avoir", "avons", "besoin", "besoins",
    "bonjour", "cherche", "cherchons", "comment", "connait", "connaissez", "deja", "etre", "faire",
    "fait", "merci", "obtenir", "obtenu", "peut", "pourrait", "quel", "quelle", "quelqu",
    "recherche", "recherchons", "savez", "sait", "tout", "toute", "tous", "trouver", "vers",
})
# fmt: on

KINDS = (EntryKind.BULLETIN, EntryKind.CALL)


def find_similar(text: str, scopes: Sequence[Scope], own_team: int | None) -> tuple[list[Found], SearchTerms]:
    """Return up to three texts like `text`, each of another team, not `own_team`, the most alike first; its words."""
    terms = telling_terms(text)
    having: dict[EntryKey, list[int]] = defaultdict(list)  # how many texts have each of its words
    for term in terms.terms:
        keys = find(SearchTerms((term,)), Filters(kinds=KINDS), scopes, NEWEST)
        for key in keys:
            having[key].append(len(keys))
    alike = [key for key, counts in having.items() if _score(counts) >= LEAST_ALIKE]
    alike.sort(key=lambda key: (_score(having[key]), key.id), reverse=True)
    others = [one for one in read_found(alike[:NEWEST]) if one.team and one.team.id != own_team]
    return _one_of_each_team(others)[:MOST_SHOWN], terms


def telling_terms(text: str) -> SearchTerms:
    """Return the words of `text` that say what it is about."""
    words = {word.folded: word for word in split_words(text)}.values()
    ignored = STOP_WORDS | ASKING_WORDS
    telling = [word for word in words if len(word.folded) >= SHORTEST_WORD and word.folded not in ignored]
    return SearchTerms(tuple(Term(word.stems) for word in telling[:MOST_WORDS]))


def _score(counts: Iterable[int]) -> float:
    """Return how alike a text is that shares words which `counts` texts have: the rarer, the more."""
    return sum(log(2 * NEWEST / count) for count in counts)


def _one_of_each_team(found: Iterable[Found]) -> list[Found]:
    """Return the first of `found` of each team, in their order."""
    first: dict[Team | None, Found] = {}
    for one in found:
        first.setdefault(one.team, one)
    return list(first.values())
