"""What a refusal says of an address: that it is gone, that it has no part in it, or nothing that can be told.

The words of the last server weigh more than the codes: gateways rewrite codes, and many servers give one code for
everything. What is never the address's fault comes first, so that « mailbox full, or user unknown » cuts nobody off.
The words are what servers say, in English, in French and in some other languages; the codes are those of RFC 3463,
RFC 5321 and RFC 7505, and Exchange Online's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.letters.bounces import words
from app.letters.states import BounceVerdict

INNOCENT, BLOCK_LISTS, GONE, GONE_FOR_CERTAIN, UNAVAILABLE = (
    re.compile("|".join(phrases), re.IGNORECASE)
    for phrases in (words.INNOCENT, words.BLOCK_LISTS, words.GONE, words.GONE_FOR_CERTAIN, words.UNAVAILABLE)
)
ACCESS_DENIED = re.compile(words.ACCESS_DENIED, re.IGNORECASE)
CODES_GONE = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.1.351")
CODES_INNOCENT = ("5.1.7", "5.1.8", "5.2.2", "5.2.3", "5.2.4", "5.4.6", "5.4.7")
SUBJECTS_INNOCENT = ("5.3.", "5.6.", "5.7.")  # the mail system, the content, policy
POLICY = "5.7."
REPLIES_INNOCENT = ("552",)  # exceeded storage allocation

ENHANCED = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
REPLY = re.compile(r"(?<![\d.\-/:])([45][0-5]\d)(?=[ \-#:;,)]|$)(?!-\d\d)", re.MULTILINE)
# In prose a version looks like a code: there one counts only where servers put it.
SAID_BY_A_SERVER = re.compile(
    r"(?<![\d.\-/:])[45][0-5]\d[ \-]|(?:^[ \t]*|[#(:]\s?)[45]\.\d{1,3}\.\d{1,3}\b|\bsaid:|\bsmtp error|\bresponse was",
    re.IGNORECASE,
)
# URLs, e-mail addresses, our letter's subject, and the class that some servers write before another's answer.
NOT_WORDS = re.compile(
    r"https?://\S+"
    r"|(?<![^\s<>:;,()\"'])[^\s<>:;,()\"']+@[^\s<>:;,()\"']+"
    r"|^[ \t]*(?:subject|objet) ?:.*$"
    r"|\d\.\w\.\d - (?:unknown address error|other mail system problem)",
    re.IGNORECASE | re.MULTILINE,
)
FOLLOWING_LINES = 3  # of an answer that a server wrote over several lines


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail says about the address of the letter that it came back for; `code` and `text` may be empty."""

    verdict: BounceVerdict
    code: str
    text: str

    @property
    def summary(self) -> str:
        """Code and text in one line, or else the verdict."""
        return f"{self.code} {self.text}".strip() or self.verdict


def judge(status: str, answer: str, prose: str = "") -> tuple[BounceVerdict, str]:
    """Return what a final refusal means for the address that it is about, and the code that says so, if any.

    `status` is the Status of RFC 3464, `answer` what the last server said (Diagnostic-Code), `prose` the text for
    people, which counts where the others tell nothing; any may be empty.
    """
    quoted = _server_lines(prose)
    code = _enhanced_code(status, answer, quoted)
    said = answer or quoted
    verdict = _judge_words(answer, code) or _judge_words(quoted, code)
    return verdict or _judge_code(code, said) or _judge_words(prose, code) or BounceVerdict.UNDECIDED, code


def _judge_words(text: str, code: str) -> BounceVerdict | None:
    if not text:
        return None
    said = NOT_WORDS.sub("@", text)
    if ACCESS_DENIED.search(said):
        return BounceVerdict.GONE if code == "5.4.1" else None
    certain = code.startswith(POLICY) and GONE_FOR_CERTAIN.search(said)
    if BLOCK_LISTS.search(text):
        return BounceVerdict.INNOCENT
    if INNOCENT.search(said) or _is_temporary(said) or (_names_another_cause(code) and not certain):
        return BounceVerdict.INNOCENT
    if GONE.search(said):
        return BounceVerdict.GONE
    return BounceVerdict.GONE if UNAVAILABLE.search(said) else None


def _judge_code(code: str, text: str) -> BounceVerdict | None:
    if code in CODES_GONE:
        return BounceVerdict.GONE
    if _names_another_cause(code) or code.startswith(SUBJECTS_INNOCENT):
        return BounceVerdict.INNOCENT
    replies = REPLY.findall(text)
    return BounceVerdict.INNOCENT if not code and replies and replies[0] in REPLIES_INNOCENT else None


def _names_another_cause(code: str) -> bool:
    """Return whether a code says by itself that the address is not at fault; x.3.0 is given for everything."""
    telling = code.startswith(SUBJECTS_INNOCENT) and code != "5.3.0"
    return telling or code in CODES_INNOCENT or code.startswith("4")


def _is_temporary(text: str) -> bool:
    """Return whether the only replies in it are 4xx."""
    replies = REPLY.findall(text)
    return bool(replies) and all(reply.startswith("4") for reply in replies)


def _enhanced_code(status: str, answer: str, quoted: str) -> str:
    """Return the code that says most: the last server's, else the report's own; x.0.x says nothing but its class."""
    found = [*ENHANCED.findall(answer), *ENHANCED.findall(status), *ENHANCED.findall(quoted)]
    telling = [code for code in found if not code.startswith(("5.0.", "4.0."))]
    return next(iter(telling or found), "")


def _server_lines(prose: str) -> str:
    """Return the lines of a text for people that quote a server, each with those after it."""
    lines = prose.splitlines()
    chosen: dict[int, str] = {}
    for number, line in enumerate(lines):
        if SAID_BY_A_SERVER.search(line):
            chosen |= dict(enumerate(lines[number : number + FOLLOWING_LINES], start=number))
    return "\n".join(chosen[number] for number in sorted(chosen))
