"""The account can fail: each way of breaking a promise is found, and nothing else is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tests.crash.accounting import Account, Receipt, Row, make_account

ROW = Row("<1@x>", "bounces+1.x@x", "sent", None, 0)
RECEIPT = Receipt("<1@x>", "Fri, 08 Mar 2019 14:05:00 +0000", "member@x", "digest")


def account(*receipts: Receipt, row: Row = ROW, due: int = 1, refused: Collection[str] = ()) -> Account:
    return make_account(due, [row], receipts, refused)


def test_a_letter_received_once_is_in_order() -> None:
    found = account(RECEIPT)
    assert found.clean
    assert (found.received, found.lost, found.doubled) == (1, 0, 0)


def test_a_letter_said_to_be_sent_and_never_received_is_lost() -> None:
    assert account().lost == 1
    assert not account().clean


def test_a_letter_that_was_never_finished_is_lost() -> None:
    assert account(row=replace(ROW, state="submitting")).lost == 1
    assert account(RECEIPT, row=replace(ROW, state="queued")).lost == 1


def test_a_letter_that_was_never_written_is_lost() -> None:
    assert account(RECEIPT, due=2).lost == 1


def test_a_letter_that_the_relay_refused_is_accounted_for_and_no_other_failure_is() -> None:
    failed = replace(ROW, state="failed", reason="refused")
    assert account(row=failed, refused={ROW.sender}).clean
    assert account(row=failed, refused={ROW.sender}).refused == 1
    assert account(row=failed).lost == 1
    assert account(row=replace(failed, reason="given_up"), refused={ROW.sender}).lost == 1


def test_a_double_needs_an_interruption_of_that_letter() -> None:
    assert account(RECEIPT, RECEIPT, row=replace(ROW, interruptions=1)).clean
    found = account(RECEIPT, RECEIPT)
    assert (found.doubled, found.unexplained, found.clean) == (1, 1, False)
    assert account(*[RECEIPT] * 3, row=replace(ROW, interruptions=1)).unexplained == 1


def test_a_double_that_differs_is_found() -> None:
    row = replace(ROW, interruptions=1)
    assert not account(RECEIPT, replace(RECEIPT, date="Fri, 08 Mar 2019 14:20:00 +0000"), row=row).clean
    assert account(RECEIPT, replace(RECEIPT, content="other"), row=row).altered == 1


def test_a_letter_that_no_row_knows_is_found() -> None:
    found = account(RECEIPT, replace(RECEIPT, message_id="<2@x>"))
    assert (found.strangers, found.clean) == (1, False)
