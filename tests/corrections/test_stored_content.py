"""What a stored digest tells once a bulletin says something else: its own entries change, and no others."""

from __future__ import annotations

from datetime import date

from app.corrections.stored_content import BulletinTexts, change_content
from app.digests.composition import DigestContent

RIGHT = BulletinTexts("Semer", "RAS", "Qui sème ?", date(2019, 3, 14), "Comité")
GONE = BulletinTexts("Retiré.", "")


def digest(*bulletins: int | None) -> DigestContent:
    """Bulletins that all say the same, each with its call for help and its key date."""
    return {
        "bulletins": [
            {
                "bulletin_id": each,
                "team": "Jachère",
                "week": "2019-W10",
                "mood": "good",
                "priorities": "RAS",
                "ups_and_downs": "RAS",
                "help": "Qui aide ?",
                "late": False,
            }
            for each in bulletins
        ],
        "help_requests": [
            {"bulletin_id": each, "team": "Jachère", "text": "Qui aide ?", "age_days": 0} for each in bulletins
        ],
        "key_dates": [
            {"bulletin_id": each, "team": "Jachère", "date": "2019-03-12", "text": "Comité"} for each in bulletins
        ],
        "teams": {"expected": 2, "wrote": 2, "paused": 0, "silent": 0},
    }


def changed(content: DigestContent, texts: BulletinTexts, notice: str = "") -> DigestContent:
    found = change_content(content, 2, texts, notice)
    assert found
    return found


def test_of_bulletins_that_say_the_same_one_is_corrected() -> None:
    after = changed(digest(1, 2, None), RIGHT, "Corrigé.")
    assert [(told["priorities"], told.get("notice")) for told in after["bulletins"]] == [
        ("RAS", None),
        ("Semer", "Corrigé."),
        ("RAS", None),
    ]
    assert [call["text"] for call in after["help_requests"]] == ["Qui aide ?", "Qui sème ?", "Qui aide ?"]
    dates = [(day["bulletin_id"], day["date"]) for day in after["key_dates"]]
    assert dates == [(1, "2019-03-12"), (None, "2019-03-12"), (2, "2019-03-14")], "in the order of the days"


def test_what_is_withdrawn_calls_and_announces_no_more_and_has_no_notice() -> None:
    after = changed(changed(digest(1, 2), RIGHT, "Corrigé."), GONE)
    assert [told["priorities"] for told in after["bulletins"]] == ["RAS", "Retiré."]
    assert "notice" not in after["bulletins"][1]
    assert [told["bulletin_id"] for told in (*after["help_requests"], *after["key_dates"])] == [1, 1]


def test_a_digest_that_tells_nothing_of_it_or_the_same_does_not_change() -> None:
    assert change_content(digest(1, None), 2, GONE, "") is None
    assert change_content(changed(digest(2), RIGHT, "Corrigé."), 2, RIGHT, "Corrigé.") is None
