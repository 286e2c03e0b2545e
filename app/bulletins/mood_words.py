"""The four moods in the reader's language."""

from __future__ import annotations

from app.bulletins.moods import Mood
from app.i18n import lazy_gettext as _l

MOOD_WORDS = {
    Mood.VERY_HARD: _l("Very hard"),
    Mood.SO_SO: _l("So-so"),
    Mood.GOOD: _l("Good"),
    Mood.GREAT: _l("Great"),
}


def mood_words() -> dict[Mood, str]:
    """Return the words of each mood, translated once for a page that shows them many times."""
    return {mood: str(words) for mood, words in MOOD_WORDS.items()}
