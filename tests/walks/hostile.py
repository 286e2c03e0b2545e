"""Values that nobody means, and what must not come of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from werkzeug.test import TestResponse

MARKUP = "<b data-nasty>\"'><script>nasty()</script>{{ 7*7 }} %s"
HOSTILE = {
    "over": "",  # the limit of the field, by one
    "far over": "",  # by a hundred times
    "unseen": "\u200b\u200d\ufeff\u202e\u2066👩‍👩‍👧‍👦💥e\u0301 שלום",
    "nul": "a\0b",
    "surrogate": "\ud800x",
    "breaks": "a\rb\r\n\v\x85\u2028c",
    "markup": MARKUP,
    "no number": "NaN",
    "below": "-1",
    "beyond 32 bits": "2147483648",
    "beyond 64 bits": "9223372036854775808",
    "long number": "9" * 5000,
    "other digits": "٢٠١٩-٠٣-٠٨",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "year 10000": "10000-01-01",
    "no day": "2019-02-30",
    "month of year 1": "0001-01",
    "month of year 9999": "9999-12",
    "24 o'clock": "24:00",
    "a header": "a@b.example\r\nBcc: x@y.example",
    "a long address": f"{'é' * 64}@{'a.' * 120}example",
    "a script": "javascript:nasty()",
    "no host": "https://[::1",
    "of nothing": "nope",
    "last week of all": "9999-W52",
    "no week": "0000-W00",
    "no text": "Jach\udce8re",  # what a shell has typed in Latin-1 comes to
    "nothing": "",
}
ANYWHERE = ("nul", "surrogate", "far over", "unseen", "markup")
NUMBERS = ("beyond 64 bits", "long number", "below", "other digits", "no number", "beyond 32 bits")
TAKEN = {200, 302, 303}
REFUSED = {400, 403, 404, 410}


def pick(names: Sequence[str], place: int) -> str:
    return names[place % len(names)]


def quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def unsafe(answer: TestResponse) -> Iterator[str]:
    text = answer.text if answer.mimetype.startswith("text/") else ""
    if "\0" in text:
        yield "says NUL"
    if "<b data-nasty" in text or "<script>nasty" in text or 'href="javascript:' in text:
        yield "runs what was typed"
