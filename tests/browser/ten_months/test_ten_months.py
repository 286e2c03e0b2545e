"""A coordinator runs a cohort from its first day to its last, from a browser: nothing else runs but the job process."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.browser.ten_months import changes, end, first_day, first_week, spring
from tests.browser.ten_months.months import Months

pytestmark = [pytest.mark.long, pytest.mark.slow_parts]


def test_ten_months(
    months: Months, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    camille = first_day.begin_with_the_printed_link(months, capsys)
    first_day.import_the_list(months, camille, tmp_path)
    first_day.type_a_team_and_its_eig(camille)
    first_day.set_the_hours(months, camille)
    invitations = first_day.try_the_mail_and_invite(months, camille)

    lea = first_week.join_and_write_on_a_phone(months, invitations)
    first_week.give_the_promotion_a_channel(months, camille)
    ines = first_week.be_reminded_and_write(months)
    first_week.introduce_and_preview(months, camille)
    noe = first_week.read_by_mail_and_offer_help(months)
    first_week.read_on_the_site(noe)
    first_week.resolve_and_thank(months, lea)
    first_week.follow_dates_for_a_while(months, lea)
    first_week.read_on_ones_own(lea)

    spring.plan_the_spring(months, camille)
    spring.write_in_spring(months, lea, ines)
    spring.put_a_friday_off(months, camille)
    spring.move_a_friday(months, camille, lea)
    spring.hold_a_week(months, camille, lea)

    changes.declare_the_middle(months, camille)
    changes.share_the_coordination_for_a_day(months, camille, ines)
    changes.change_an_address(months, lea)
    changes.answer_at_the_middle(months, camille)
    changes.end_three_by_one_list(months, camille)

    link = end.write_for_the_last_time(months, lea)
    end.read_as_alumni(months, lea, link)
    end.read_the_log(months, camille, tmp_path)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []  # of the jobs, too
