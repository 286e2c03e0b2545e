"""`flask bulletins import` and `export`: the good rows once, the others with their lines."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from app.bulletins.legacy_csv.file_format import COLUMNS
from app.bulletins.models import Bulletin, Revision
from app.bulletins.moods import Mood
from app.bulletins.service import bulletin_saved
from app.database import db
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.teams.models import Promotion
from tests.builders import make_bulletin, make_promotion, make_team

USUAL = {
    "project": "ADLER",
    "week_number": "2019-10",
    "spirit": "🙂",
    "priorities": "**Priorité**",
    "victories": "Des hauts",
    "created_at": "2019-03-08 14:30:00",
    "updated_at": "2019-03-08 14:40:00",
}


@pytest.fixture
def promotion(app: Flask) -> Promotion:
    promotion = make_promotion()
    make_team(promotion, "ADLER")
    make_team(promotion, "EIG Link 2019")
    return promotion


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return tmp_path / "bulletins.csv"


def fill(path: Path, *rows: dict[str, str]) -> None:
    """Write an export; its first row is on line 2, and each row takes one line."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows([USUAL | row for row in rows])
    path.write_text(file.getvalue(), encoding="utf-8", newline="")


def run(app: Flask, *args: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["bulletins", *map(str, args)])


def summary(result: Result) -> str:
    """The first line of what the import prints: how many it took."""
    return result.stdout.splitlines()[0]


def bulletins() -> list[Bulletin]:
    return list(db.session.scalars(select(Bulletin).order_by(Bulletin.week, Bulletin.id)))


def test_a_row_becomes_a_bulletin_with_its_first_revision(app: Flask, promotion: Promotion, export: Path) -> None:
    fill(export, {})
    result = run(app, "import", export, "--promotion", "promotion-3")
    assert (result.exit_code, summary(result)) == (0, "1 taken, 0 already there, 0 not taken.")
    (bulletin,) = bulletins()
    assert (bulletin.team.name, bulletin.week.label, bulletin.mood) == ("ADLER", "2019-W10", Mood.GOOD)
    assert bulletin.priorities_html == "<p><strong>Priorité</strong></p>"
    assert (bulletin.imported, bulletin.late, bulletin.author, bulletin.revision) == (True, False, None, 1)
    assert bulletin.created_at == datetime(2019, 3, 8, 13, 30, tzinfo=UTC)
    assert bulletin.updated_at == datetime(2019, 3, 8, 13, 40, tzinfo=UTC)
    (revision,) = bulletin.revisions
    assert (revision.number, revision.author, revision.saved_at) == (1, None, bulletin.updated_at)
    assert (revision.priorities, revision.ups_and_downs, revision.mood) == ("**Priorité**", "Des hauts", Mood.GOOD)


def test_nothing_is_cut_and_nothing_harmful_is_shown(app: Flask, promotion: Promotion, export: Path) -> None:
    long = "é" * 1804
    fill(export, {"priorities": long, "victories": "<script>alert(1)</script> [x](javascript:alert(1))"})
    run(app, "import", export)
    (bulletin,) = bulletins()
    assert bulletin.priorities == long
    assert bulletin.ups_and_downs_html == "<p>&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1))</p>"


def test_every_bad_row_is_told_with_its_line_and_the_good_ones_are_taken(
    app: Flask, promotion: Promotion, export: Path
) -> None:
    fill(
        export,
        {},
        {"week_number": "2019-54"},
        {"week_number": "2019-11", "spirit": "🦆"},
        {"week_number": "2019-11", "priorities": ""},
        {"priorities": "encore"},
        {"week_number": "2019-11", "created_at": "hier"},
        {"week_number": "2019-12"},
    )
    result = run(app, "import", export)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "bulletins.csv, line 3: week_number “2019-54”: the year 2019 has no such week",
        "bulletins.csv, line 4: spirit “🦆” is no mood; known: ☹️ 😐 🙂 😀",
        "bulletins.csv, line 5: priorities is empty",
        "bulletins.csv, line 6: a second bulletin of ADLER for 2019-W10; the first is on line 2",
        "bulletins.csv, line 7: created_at “hier” is not a moment such as 2018-02-15 14:30:00",
    ]
    assert summary(result) == "2 taken, 0 already there, 5 not taken."
    assert [bulletin.week.label for bulletin in bulletins()] == ["2019-W10", "2019-W12"]
    assert bulletins()[0].priorities == "**Priorité**"


def test_a_second_run_takes_only_what_was_missing(app: Flask, promotion: Promotion, export: Path) -> None:
    fill(export, {}, {"week_number": "2019-11", "spirit": "?"})
    assert run(app, "import", export).exit_code == 1
    fill(export, {"priorities": "autre"}, {"week_number": "2019-11", "spirit": "😀"})
    again = run(app, "import", export)
    assert (again.exit_code, summary(again)) == (0, "1 taken, 1 already there, 0 not taken.")
    assert [bulletin.priorities for bulletin in bulletins()] == ["**Priorité**", "**Priorité**"]
    assert summary(run(app, "import", export)) == "0 taken, 2 already there, 0 not taken."


def test_what_a_team_wrote_itself_is_left_alone(app: Flask, promotion: Promotion, export: Path) -> None:
    own = make_bulletin(promotion.teams[0], "2019-W10", priorities="à nous")
    fill(export, {"project": promotion.teams[0].name})
    assert summary(run(app, "import", export)) == "0 taken, 1 already there, 0 not taken."
    assert [(bulletin.id, bulletin.priorities) for bulletin in bulletins()] == [(own.id, "à nous")]


def test_a_name_that_fits_no_team_is_told_once_with_the_way_to_map_it(
    app: Flask, promotion: Promotion, export: Path
) -> None:
    fill(export, {"project": "EIG Link"}, {}, {"project": "EIG Link", "week_number": "2019-11"})
    result = run(app, "import", export)
    assert result.exit_code == 1
    assert result.stderr == (
        "“EIG Link” fits no team, 2 rows, at line 2, 4; nearest: EIG Link 2019; "
        'say which with --team "EIG Link=EIG Link 2019"\n'
    )
    assert summary(result) == "1 taken, 0 already there, 2 not taken."


def test_a_team_is_suggested_only_when_it_is_near(app: Flask, promotion: Promotion, export: Path) -> None:
    fill(export, {"project": "EIG Node"}, {"project": "$(touch x)"})
    assert run(app, "import", export).stderr == (
        "“EIG Node” fits no team, 1 row, at line 2; no team has a name like it: ADLER, EIG Link 2019; "
        'say which with --team "EIG Node=TEAM"\n'
        "“$(touch x)” fits no team, 1 row, at line 3; no team has a name like it: ADLER, EIG Link 2019; "
        "say which with --team '$(touch x)=TEAM'\n"
    )


def test_a_mapped_name_stands_for_its_team(app: Flask, promotion: Promotion, export: Path) -> None:
    fill(export, {"project": "EIG Link"}, {"project": "Node"}, {"project": "NODE", "week_number": "2019-11"})
    result = run(app, "import", export, "--team", "eig-link=EIG Link 2019", "--team", "Node=eig link 2019")
    assert result.exit_code == 1
    assert result.stderr == (
        "bulletins.csv, line 3: a second bulletin of EIG Link 2019 for 2019-W10; the first is on line 2\n"
    )
    assert {bulletin.team.name for bulletin in bulletins()} == {"EIG Link 2019"}


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("EIG Link", "is not NAME=TEAM"),
        ("=ADLER", "is not NAME=TEAM"),
        ("EIG Link=Nobody", "there is no team 'Nobody'. Teams: ADLER, EIG Link 2019"),
    ],
)
def test_a_mapping_to_nothing_is_refused_before_anything_is_taken(
    app: Flask, promotion: Promotion, export: Path, mapping: str, words: str
) -> None:
    fill(export, {})
    result = run(app, "import", export, "--team", mapping)
    assert result.exit_code == 2
    assert words in result.stderr
    assert bulletins() == []


def test_a_call_for_help_comes_archived(app: Flask, promotion: Promotion, export: Path) -> None:
    fill(export, {"help": "Un serveur ?"}, {"week_number": "2019-11", "help": "RAS"}, {"week_number": "2019-12"})
    result = run(app, "import", export)
    assert "Calls for help that said only “RAS”, “-” or the like, read as none: 1." in result.stdout
    assert [bulletin.help for bulletin in bulletins()] == ["Un serveur ?", "", ""]
    (call,) = db.session.scalars(select(HelpRequest))
    assert (call.text, call.state) == ("Un serveur ?", HelpState.ARCHIVED)


def test_the_rooms_below_hear_of_each_bulletin_before_it_is_committed(
    app: Flask, promotion: Promotion, export: Path
) -> None:
    heard = []

    def listen(bulletin: Bulletin, now: datetime) -> None:
        heard.append((bulletin.week.label, bulletin.id is not None, now.tzinfo))

    fill(export, {}, {"week_number": "2019-11"})
    with bulletin_saved.connected_to(listen):
        run(app, "import", export)
    assert heard == [("2019-W10", True, UTC), ("2019-W11", True, UTC)]


def test_a_new_year_s_week_has_one_key_whatever_the_label(app: Flask, promotion: Promotion, export: Path) -> None:
    php = {"week_number": "2027-53", "created_at": "2027-01-01 10:00:00"}
    iso = {"week_number": "2026-53", "created_at": "2026-12-31 10:00:00"}
    fill(export, php, iso)
    result = run(app, "import", export)
    assert "line 3: a second bulletin of ADLER for 2026-W53; the first is on line 2" in result.stderr
    assert "In weeks outside the promotion's dates: 1;" in result.stdout


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1, column 1: the file is empty"),
        (",".join(COLUMNS[:-1]).encode(), "line 1, column 1: no column updated_at"),
        ((",".join(COLUMNS) + "\né").encode("latin-1"), "line 2, column 1: byte 0xe9 is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_takes_nothing(
    app: Flask, promotion: Promotion, export: Path, data: bytes, words: str
) -> None:
    export.write_bytes(data)
    result = run(app, "import", export)
    assert result.exit_code == 1
    assert f"bulletins.csv, {words}" in result.stderr
    assert "1 to mend; nothing was taken." in result.stderr


def test_an_export_imports_into_the_same_bulletins(
    app: Flask, promotion: Promotion, export: Path, tmp_path: Path
) -> None:
    formula = '=HYPERLINK("https://x.example","voir")'
    fill(
        export, {"help": 'Dire "oui",\nou \\"non\\"'}, {"spirit": "☹️", "week_number": "2019-11", "priorities": formula}
    )
    run(app, "import", export)
    first = run(app, "export", "--promotion", "promotion-3").stdout_bytes
    assert f"'{formula}" in [row["priorities"] for row in csv.DictReader(io.StringIO(first.decode()))]
    db.session.execute(Bulletin.__table__.delete())
    db.session.commit()
    export.write_bytes(first)
    assert summary(run(app, "import", export)) == "2 taken, 0 already there, 0 not taken."
    assert formula in {bulletin.priorities for bulletin in bulletins()}
    assert run(app, "export", "--output", tmp_path / "again.csv").exit_code == 0
    rows = [list(csv.DictReader(io.StringIO(text))) for text in (first.decode(), (tmp_path / "again.csv").read_text())]
    assert [[row | {"id": ""} for row in found] for found in rows] == [[row | {"id": ""} for row in rows[0]]] * 2
    assert summary(run(app, "import", tmp_path / "again.csv")) == "0 taken, 2 already there, 0 not taken."


def test_an_export_tells_moments_in_the_promotion_s_zone(app: Flask, promotion: Promotion, export: Path) -> None:
    fill(export, {})
    run(app, "import", export)
    (row,) = csv.DictReader(io.StringIO(run(app, "export").stdout))
    assert row == USUAL | {"id": row["id"], "help": ""}


@pytest.mark.parametrize("name", ["blank-rows", "formula", "sep-line", "soft-return", "text-face"])
def test_each_of_the_examples_of_others_is_taken(app: Flask, eig_data: Path, name: str) -> None:
    faults = eig_data / "faults"
    app.test_cli_runner().invoke(args=["roster", "import", str(faults / "roster" / "alpha.yml")])
    result = run(app, "import", faults / "csv" / f"{name}.csv", "--promotion", "promotion-9")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("1 taken, 0 already there, 0 not taken.\n")


def test_the_real_bulletins_are_taken_but_for_those_of_no_team(app: Flask, eig_data: Path) -> None:
    file = eig_data / "eig2-2018" / "bulletins.csv"
    app.test_cli_runner().invoke(args=["roster", "import", str(eig_data / "rosters" / "promotion-2.yml")])
    result = run(app, "import", file, "--promotion", "promotion-2")
    assert result.exit_code == 1
    assert summary(result) == "132 taken, 0 already there, 18 not taken."
    assert [line.partition(",")[0] for line in result.stderr.splitlines()] == [
        "“EIG Link” fits no team",
        "“EIG Node” fits no team",
    ]
    mapped = run(app, "import", file, "--team", "EIG Link=EIG Link 2018", "--team", "EIG Node=EIG Link 2018")
    assert summary(mapped) == "13 taken, 132 already there, 5 not taken."  # five weeks in which both wrote
    assert mapped.stderr.count("a second bulletin of EIG Link 2018") == 5
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 145
    assert db.session.scalar(select(func.max(func.length(Bulletin.priorities)))) == 1804
    assert {bulletin.week.label for bulletin in bulletins()} == {f"2018-W{number:02d}" for number in range(7, 20)}


COMMAND = "flask digest issue --promotion promotion-3 --all-past --no-letters"
HINT = f"Members see no past week before its digest (%s). Issue them, without letters, with: {COMMAND}"


def test_an_import_ends_with_how_its_past_weeks_are_shown(
    app: Flask, promotion: Promotion, export: Path, clock: Traveller
) -> None:
    fill(export, {}, {"week_number": "2019-08"}, {"week_number": "2018-40"})
    assert run(app, "import", export).stdout.splitlines()[-1] == HINT % "1 to issue, 2019-W08 to 2019-W08"
    clock.move_to("2019-04-08T10:00:00Z")
    assert run(app, "import", export).stdout.splitlines()[-1] == HINT % "2 to issue, 2019-W08 to 2019-W10"
    assert app.test_cli_runner().invoke(args=COMMAND.split()[1:]).exit_code == 0
    assert "--all-past" not in run(app, "import", export).stdout
