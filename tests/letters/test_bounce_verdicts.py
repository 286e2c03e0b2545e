"""What a refusal says of an address, from what servers are known to answer."""

from __future__ import annotations

import pytest

from app.letters.bounces.brake import Candidate, is_too_much
from app.letters.bounces.verdict import judge
from app.letters.states import BounceVerdict

GONE, UNDECIDED, INNOCENT = BounceVerdict.GONE, BounceVerdict.UNDECIDED, BounceVerdict.INNOCENT

NO_SUCH_ADDRESS = [
    "550 5.1.1 <a@x.example>: Recipient address rejected: User unknown in local recipient table",
    "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking it",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "550 5.1.351 Remote server returned unknown recipient or mailbox unavailable",
    "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [x.prod.protection.outlook.com]",
    "550 5.4.1 All recipient addresses rejected : Access denied",
    "550 5.0.350 Remote server returned an error -> 550 5.1.1 user unknown",
    "550 5.4.310 DNS domain x.example does not exist",
    "550 5.5.0 Adresse d au moins un destinataire invalide. Invalid recipient. LPN007_416",
    "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]",
    "550 5.5.0 adresse destinataire invalide",
    "550 <a@x.example>: utilisateur inconnu",
    "550 Requested action not taken: mailbox unavailable",
    "550 No such user here",
    "554 delivery error: dd This user doesn't have a yahoo.com account (a@yahoo.com) [0]",
    "553 5.3.0 <a@x.example>... No such user here",
    "Sorry, no mailbox here by that name. (#5.1.1)",
    "Host or domain name not found. Name service error for name=x.example type=MX: Host not found",
    "556 5.1.10 Domain does not accept mail (nullMX)",
    "550 unknown user; explained at https://x.example/policy/blocked-spam",
    "550 user unknown <quota@x.example>",
    "5.3.0 - Other mail system problem 550-'Unknown user a@x.example' (delivery attempts: 0)",
    "554 <a@x.example>... 550 Host unknown (Authoritative answer from name server)",
    "554 5.7.1 <a@x.example>: Recipient address rejected: User unknown in virtual mailbox table",
    "550 5.7.1 recipient not found",
    "550 #5.1.0 Address rejected a@x.example",
    "550 [PERMFAIL] x.example does not have that account",
    "all relevant MX records point to non-existent hosts",
    "550 This mailbox has been closed",
    "550 Compte clôturé",
    "550 Cette adresse n’est plus valide",
    "550 L'adresse n'est plus utilisée",
    "550 Destinataire non trouvé",
    "550 Aucune boîte à ce nom",
    "550 a@x.example no longer works here",
    "mail.local: unknown user: a\n554 <a@x.example>... Service unavailable",
    "Sorry, I couldn't find a mail exchanger or IP address. (#5.4.4)",
]
NOT_ITS_FAULT = [
    "552 5.2.2 over quota",
    "550 5.2.2 <a@x.example>... Mailbox Full",
    "552 la boîte aux lettres est pleine",
    "550 mailbox full or unknown user",
    "552 exceeded storage allocation",
    "554 refused, looks like spam",
    "553 http://www.spamhaus.org/query/bl?ip=192.0.2.1\n550 5.1.1 <a@x.example>... User unknown",
    "550 5.7.1 Our system has detected that this message is likely unsolicited mail",
    "550-5.7.1 sender domain fails DMARC",
    "550 5.7.26 unauthenticated mail is prohibited",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
    "550 5.1.0 sender rejected",
    "550 5.1.8 <bounces@x.example>: Sender address rejected: Domain not found",
    "550 Sender verify failed",
    "550 5.4.5 Daily user sending limit exceeded",
    "451 4.7.1 Greylisted, please try again later",
    "450 4.1.1 <a@x.example>: Recipient address rejected: User unknown",
    "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages",
    "421 4.4.2 connection timed out",
    "connect to mx.x.example[192.0.2.1]:25: Connection refused",
    "554 5.7.1 <a@x.example>: Relay access denied",
    "550 5.7.1 Vous n'êtes pas autorisé à écrire à ce destinataire",
    "550 5.7.1 user unknown or blocked by policy",
    "550-Verification failed for <bounces@x.example> 550-No such user here 550 Sender verify failed",
    "450 4.7.1 user unknown, try again later",
    "550 Requested action not taken: mailbox unavailable. Reject due to policy restrictions.",
    "554 5.4.6 Too many hops",
    "5.1.0 - Unknown address error 550-'5.7.1 message refused as spam' (delivery attempts: 0)",
    "The recipient server did not accept our requests to connect. [192.0.2.1:25: socket error]",
    "552 5.3.4 Message size exceeds fixed limit",
]


@pytest.mark.parametrize("answer", NO_SUCH_ADDRESS)
def test_an_address_that_does_not_exist_is_recognised_whatever_the_status(answer: str) -> None:
    assert judge("5.0.0", f"smtp; {answer}")[0] is GONE
    assert judge("", "", f"Sorry.\n\nRaison : {answer}\n")[0] is GONE


@pytest.mark.parametrize("answer", NOT_ITS_FAULT)
@pytest.mark.parametrize("status", ["5.0.0", "5.1.1", ""])
def test_what_is_never_the_addresss_fault(answer: str, status: str) -> None:
    assert judge(status, f"smtp; {answer}")[0] is INNOCENT
    assert judge("", "", f"Sorry.\n\nReason: {answer}\n")[0] is INNOCENT


@pytest.mark.parametrize(
    ("status", "answer", "prose", "verdict"),
    [
        ("5.1.1", "", "", GONE),
        ("5.1.2", "", "It could not be delivered.", GONE),
        ("5.0.0", "smtp; 550 nope", "", UNDECIDED),
        ("5.0.0", "", "", UNDECIDED),
        ("", "", "It could not be delivered.", UNDECIDED),
        ("5.1.0", "smtp; 550 5.1.0 address rejected", "", UNDECIDED),
        ("5.2.1", "", "", UNDECIDED),
        ("5.4.4", "", "", UNDECIDED),
        ("", "554 5.7.1 <a@x.example>: Recipient address rejected: Access denied", "", INNOCENT),
        ("", "550 <a@x.example>: Recipient address rejected: Access denied", "", UNDECIDED),
        ("4.4.7", "smtp; 550 5.1.1 user unknown", "", GONE),
        ("5.1.1", "smtp; 450 4.2.0 mailbox busy", "", INNOCENT),
        ("5.7.1", "", "", INNOCENT),
        ("5.0.0", "", "The mail system says: 550 5.1.1 user unknown", GONE),
        ("5.0.0", "smtp; 550 nope", "user unknown", GONE),
    ],
)
def test_words_weigh_more_than_codes_and_codes_more_than_nothing(
    status: str, answer: str, prose: str, verdict: BounceVerdict
) -> None:
    assert judge(status, answer, prose)[0] is verdict


def test_a_version_in_prose_is_no_code() -> None:
    assert judge("", "", "This is exim 5.1.1 at 10.5.1.1.\nIt could not be delivered.")[1] == ""


def of(domain: str, number: int) -> list[Candidate]:
    return [Candidate(f"member{i}@{domain}", "digest:1") for i in range(number)]


@pytest.mark.parametrize(
    ("candidates", "letters", "held"),
    [
        (of("x.example", 1), 1, False),  # one alone, even of an edition of one
        (of("x.example", 3), 50, False),
        (of("x.example", 4), 50, True),
        (of("x.example", 3) + of("y.example", 2), 50, False),  # a tenth
        (of("x.example", 3) + of("y.example", 3), 50, True),
        (of("x.example", 2), 10, True),
        (of("x.example", 1) * 9, 1, False),  # nine bounces of one address
    ],
)
def test_the_brake_holds_at_a_few_of_a_domain_and_at_a_tenth_of_an_edition(
    candidates: list[Candidate], letters: int, held: bool
) -> None:
    assert is_too_much(candidates, {"digest:1": letters}) is held
