"""`flask records import` and `flask records export`, as one types them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.database import db
from app.records.models import ChallengeRecord, Milestone, RecordRevision
from app.records.service import save_section
from app.records.vocabulary import ToolState
from app.teams.models import FormerTeamName, Promotion
from app.teams.roles import Role
from tests.builders import make_member, make_milestone, make_promotion, make_team
from tests.rows import count

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("clock")]

FILE = """\
promotion: promotion-3
milestone: {key: end, 'on': 2019-11-08}
exclusions:
- {team: Brancard, reason: modalités particulières}
heads: {Brancard: 3}
records:
- team: Jachère
  answered_by: eig
  state: planned
  planned_on: 2020-03
  side_projects: [Un carnet, {title: Une carte, text: "Des parcelles"}]
  people: {host_employee: 1, unknown: 1}
- team: Brancard
  state: production
questionnaires:
  eig: {asked: 6, answered: 5, source: Bilan de 2019}
"""
IMPORTED = """\
+ milestone end, 2019-11-08
+ heads of Brancard: 3
+ exclusion of Brancard: modalités particulières
+ record of Jachère
+ record of Brancard
+ published counts, eig: 5 of 6 answered
The file: end on 2019-11-08, 2 records.
"""


@pytest.fixture
def promotion(app: Flask) -> Promotion:
    promotion = make_promotion()
    for name in ("Jachère", "Brancard", "Lampadaire"):
        team = make_team(promotion, name)
        for _eig in range(2):
            make_member(promotion, Role.EIG, team)
    return promotion


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "end.yml"
    path.write_text(FILE, encoding="utf-8")
    return path


def run(app: Flask, *args: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["records", *map(str, args)])


def test_an_import_says_what_it_did_and_a_second_that_nothing_changed(
    app: Flask, promotion: Promotion, file: Path
) -> None:
    assert run(app, "import", file).output == IMPORTED
    assert run(app, "import", file).output.splitlines()[0] == "= nothing changed"
    assert count(RecordRevision) == 2


def test_a_dry_run_changes_nothing(app: Flask, promotion: Promotion, file: Path) -> None:
    assert run(app, "import", file, "--dry-run").output == f"{IMPORTED}Nothing was written: this was a dry run.\n"
    assert count(Milestone) == 0


def test_what_is_exported_and_imported_again_changes_nothing(
    app: Flask, promotion: Promotion, file: Path, tmp_path: Path
) -> None:
    run(app, "import", file)
    exported = run(app, "export", "--milestone", "end", tmp_path / "out.yml")
    assert (exported.exit_code, exported.output) == (0, "")
    text = (tmp_path / "out.yml").read_text(encoding="utf-8")
    assert run(app, "export", "--milestone", "end").output == text
    assert run(app, "import", tmp_path / "out.yml").output.splitlines()[0] == "= nothing changed"
    db.session.delete(db.session.scalars(select(Milestone)).one())
    db.session.commit()
    assert (count(ChallengeRecord), count(RecordRevision)) == (0, 0)
    run(app, "import", tmp_path / "out.yml")
    assert run(app, "export", "--milestone", "end").output == text


def test_a_record_that_changed_is_its_next_version(app: Flask, promotion: Promotion, file: Path) -> None:
    run(app, "import", file)
    text = FILE.replace("  planned_on: 2020-03\n", "").replace("state: planned", "state: production")
    file.write_text(text, encoding="utf-8")
    assert "~ record of Jachère, version 2: state, planned_on" in run(app, "import", file).output
    record = db.session.scalars(select(ChallengeRecord).where(ChallengeRecord.revision == 2)).one()
    assert [(each.number, each.content.get("planned_on")) for each in record.revisions] == [(1, "2020-03"), (2, None)]
    assert record.content == record.revisions[-1].content


def test_a_record_that_was_begun_on_its_page_counts_once_it_is_imported(
    app: Flask, promotion: Promotion, file: Path
) -> None:
    team = next(each for each in promotion.teams if each.name == "Brancard")
    end = make_milestone(promotion, "end", day=date(2019, 11, 8))
    save_section(end, team, {"state": ToolState.PRODUCTION}, 0, None, now())
    output = run(app, "import", file).output
    assert "~ record of Brancard, version 2: it counts now\n" in output
    assert "+ record of Jachère\n" in output


def test_what_the_file_says_nothing_of_stays(app: Flask, promotion: Promotion, file: Path) -> None:
    run(app, "import", file)
    nothing = "promotion: promotion-3\nmilestone: {key: end, 'on': 2019-11-08}\nrecords: []\n"
    file.write_text(nothing, encoding="utf-8")
    assert run(app, "import", file).output.splitlines()[0] == "= nothing changed"
    file.write_text(f"{nothing}exclusions: []\nheads: {{}}\n", encoding="utf-8")
    changed = ["- heads of Brancard: as in the roster", "- exclusion of Brancard: it counts again"]
    assert run(app, "import", file).output.splitlines()[:2] == changed
    assert count(ChallengeRecord) == 2


def test_a_moved_day_new_words_and_another_head_count_are_said(app: Flask, promotion: Promotion, file: Path) -> None:
    run(app, "import", file)
    changes = (
        ("2019-11-08", "2019-11-07"),
        ("particulières", "propres"),
        ("Brancard: 3", "Brancard: 4"),
        ("answered: 5", "answered: 6"),
    )
    text = FILE
    for old, new in changes:
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    assert run(app, "import", file).output.splitlines()[:-1] == [
        "~ milestone end: 2019-11-08 → 2019-11-07",
        "~ heads of Brancard: 3 → 4",
        "~ exclusion of Brancard: modalités propres",
        "~ published counts, eig: 6 of 6 answered",
    ]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("team: Jachère", "team: Jachere II", "line 7: promotion-3 has no team “Jachere II”; did you mean “Jachère”?"),
        (
            "{Brancard: 3}",
            "{Xyz: 3}",
            "line 5: promotion-3 has no team “Xyz”; its teams: Brancard, Jachère, Lampadaire",
        ),
        (
            "unknown: 1",
            "unknown: 2",
            "line 7: the people of Jachère add up to 3, and it has 2 EIGs; mend them, or write “heads: {Jachère: 3}”",
        ),
        (
            "end, 'on': 2019",
            "mid, 'on': 2018",
            "line 2: “mid” cannot be on 2018-11-08: promotion-3 lasts from 2019-01-07 to 2019-11-08; "
            "mend the day, or the milestone",
        ),
        (
            "key: end",
            "key: after-6",
            "line 2: “after-6” cannot be on 2019-11-08: promotion-3 lasts from 2019-01-07 to 2019-11-08; "
            "mend the day, or the milestone",
        ),
        ("state: planned", "state: planed", "line 9, column 10: unknown word “planed”; did you mean “planned”?"),
        ("promotion: promotion-3", "promotion: promotion-4", None),
    ],
)
def test_with_a_fault_nothing_is_taken(
    app: Flask, promotion: Promotion, file: Path, before: str, after: str, fault: str | None
) -> None:
    file.write_text(FILE.replace(before, after), encoding="utf-8")
    result = run(app, "import", file)
    assert result.exit_code != 0
    if fault:
        assert result.output == f"end.yml, {fault}\nError: 1 to mend; nothing was taken.\n"
    else:
        assert "no promotion 'promotion-4'. Known: promotion-3" in result.output
    assert (count(Milestone), count(ChallengeRecord)) == (0, 0)


def test_the_promotion_of_the_command_and_that_of_the_file_agree(app: Flask, promotion: Promotion, file: Path) -> None:
    make_promotion(name="Promotion 4", slug="promotion-4")
    refused = run(app, "import", file, "--promotion", "promotion-4")
    assert "line 1, column" not in refused.output
    assert "line 1: the file is of “promotion-3”, not of “promotion-4”" in refused.output
    assert run(app, "import", file, "--promotion", "promotion-3").exit_code == 0
    assert "more than one promotion" in run(app, "export", "--milestone", "end").output


def test_a_renamed_team_keeps_its_record(app: Flask, promotion: Promotion, file: Path) -> None:
    run(app, "import", file)
    team = next(team for team in promotion.teams if team.name == "Jachère")
    team.name, team.key = "Prairie", "prairie"
    db.session.commit()
    assert "- team: Prairie" in run(app, "export", "--milestone", "end").output


def test_a_team_that_had_ended_is_told(app: Flask, promotion: Promotion, file: Path) -> None:
    team = next(team for team in promotion.teams if team.name == "Jachère")
    team.active_until = promotion.starts_on
    db.session.commit()
    assert "? Jachère does not work on the day of end, by its own dates" in run(app, "import", file).output


def test_a_day_far_from_the_milestone_s_name_is_asked_about(app: Flask, promotion: Promotion, file: Path) -> None:
    file.write_text(FILE.replace("end, 'on': 2019-11-08", "after-16, 'on': 2019-12-08"), encoding="utf-8")
    first = run(app, "import", file).output.splitlines()[0]
    assert first == "? after-16 is on 2019-12-08, and by its name around 2021-03-08: is this the day?"
    assert "?" not in run(app, "import", file).output, "asked once"


def test_an_unknown_milestone_is_told_with_those_there_are(app: Flask, promotion: Promotion, file: Path) -> None:
    assert "none yet; records come with: flask records import" in run(app, "export", "--milestone", "end").output
    run(app, "import", file)
    assert "no milestone 'mid'. Known: end" in run(app, "export", "--milestone", "mid").output
    assert "“whenever” is no milestone" in run(app, "export", "--milestone", "whenever").output


def test_a_file_may_call_a_team_by_the_name_that_it_had(app: Flask, promotion: Promotion, file: Path) -> None:
    renamed = promotion.teams[1]
    assert renamed.name == "Jachère"
    renamed.former_names.append(FormerTeamName(name="Friche", until=promotion.starts_on))
    db.session.commit()
    file.write_text(FILE.replace("team: Jachère", "team: Friche"), encoding="utf-8")
    assert "+ record of Jachère" in run(app, "import", file).output
    twice = FILE.replace("- team: Brancard\n  state", "- team: Friche\n  state: planned\n- team: Brancard\n  state")
    file.write_text(twice, encoding="utf-8")
    refused = run(app, "import", file)
    assert refused.exit_code == 1
    assert "“Friche” is “Jachère” by another name, which is there already" in refused.output
    assert count(ChallengeRecord) == 2
