"""The open data: recounted by its own verifier as a stranger would, valid, and about nobody."""

from __future__ import annotations

import csv
import importlib
import io
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.bulletins.moods import Mood
from app.help_requests.rules import LIVE, HelpState
from app.questionnaires.definition import AnswerClass, Disclosure, QuestionType
from app.questionnaires.results import HEADLINES, ClassCount, ClosedResults, QuestionResult
from app.records.indicators import Direction, Indicator, IndicatorType
from app.records.values import Destinations, SurveyCounts, TeamRecord
from app.records.vocabulary import Destination, SurveyPublic
from app.retrospective.counting import count_figures
from app.retrospective.figures import RecordedMilestone
from app.retrospective.open_data import verifier
from app.retrospective.open_data.build import FolderInUseError, as_files, write_folder
from app.retrospective.open_data.columns import FILES
from app.retrospective.open_data.source import OpenDataSource
from app.retrospective.queries import gather_figures
from app.retrospective.sentences import LOCALES, sentence, statement
from app.retrospective.survey_figures import HEADLINE_CODES
from app.retrospective.weekly_counting import weekly_figures
from app.retrospective.weekly_values import CallOutcome, MonthMoods, MonthWriting, WeeklyFacts
from app.teams.models import Promotion
from app.weeks import Week, weeks_between
from tests.builders import (
    make_bulletin,
    make_digest,
    make_member,
    make_promotion,
    make_read_mark,
    make_team,
    one_transaction,
)
from tests.retrospective.conftest import Run
from tests.retrospective.test_counting import any_milestone, few, milestones

counts = st.integers(0, 9)
SPEC = {  # what others rely on
    "chiffres": "promotion,echeance,code,libelle,numerateur,denominateur,part,au_moins,sans_reponse,non_renseigne,"
    "exclus,methode,version",
    "questionnaires": "public,question,classe,classes_regroupees,effectif,au_moins,reponses,sollicites",
    "indicateurs": "administration_rattachement,nom_service_public_numerique,indicateur,valeur,unite_mesure,est_cible,"
    "type_indicateur,frequence_monitoring,date,est_periode,date_debut,est_automatise,source_collecte,denom_insee,"
    "code_insee,dataviz_wish,commentaires",
}


@st.composite
def weekly_facts(draw: st.DrawFn) -> WeeklyFacts:
    """Writing, moods and calls of every sort; reading has tests of its own, over real marks."""
    months = draw(st.lists(st.sampled_from(["2019-03", "2019-04", "2019-05"]), unique=True))
    days = st.none() | st.floats(0, 20).map(lambda days: round(days, 1))
    calls = st.builds(CallOutcome, st.sampled_from([*LIVE, HelpState.RESOLVED]), days) | st.just(
        CallOutcome(HelpState.ARCHIVED)
    )
    of_month = [draw(st.fixed_dictionaries(dict.fromkeys(Mood, counts))) for _month in months]
    return WeeklyFacts(
        writing=tuple(MonthWriting(month, draw(counts), draw(counts), draw(counts)) for month in months),
        moods=tuple(
            MonthMoods(month, moods) for month, moods in zip(months, of_month, strict=True) if draw(st.booleans())
        ),
        calls=tuple(draw(st.lists(calls))),
    )


def as_source(milestone: RecordedMilestone, end: RecordedMilestone | None, weekly: WeeklyFacts) -> OpenDataSource:
    figures = [*count_figures(milestone, end), *weekly_figures(weekly)]
    return OpenDataSource(
        promotion="promotion-3",
        promotion_name="Promotion 3",
        starts_on=date(2019, 1, 7),
        ends_on=date(2019, 11, 8),
        day=date(2019, 11, 8),
        milestone=milestone,
        end=end,
        figures=tuple(figures),
        weekly=weekly,
    )


def rows_of(files: Mapping[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode(), newline="")))


def tables_of(files: Mapping[str, bytes]) -> verifier.Tables:
    return {name: rows_of(files, name) for name in verifier.NAMES}


@few
@given(any_milestone, st.none() | milestones("end"), weekly_facts())
def test_every_figure_is_counted_again_from_the_other_files(
    milestone: RecordedMilestone, end: RecordedMilestone | None, weekly: WeeklyFacts
) -> None:
    source = as_source(milestone, end, weekly)
    tables = tables_of(as_files(source))
    assert verifier.differences(tables) == []
    own = [row for row in tables["chiffres"] if "." not in row["code"]]
    for figure, row in zip(source.figures, own, strict=True):
        told = (row["code"], int(row["numerateur"]), row["denominateur"], int(row["non_renseigne"]))
        base = "" if figure.base is None else str(figure.base)
        assert told == (figure.code, figure.numerator, base, figure.unknown)
        assert (int(row["sans_reponse"]), int(row["exclus"])) == (len(figure.missing), len(figure.excluded))
        assert row["libelle"] == statement(figure, "fr")


@few
@given(weekly_facts())
def test_the_sums_of_the_weekly_rooms_are_right(weekly: WeeklyFacts) -> None:
    for figure in weekly_figures(weekly):
        assert figure.base is not None
        assert 0 <= figure.numerator <= figure.numerator + figure.unknown <= figure.base
        assert figure.parts is None or sum(figure.parts.values()) + figure.unknown == figure.base
        for locale in LOCALES:
            numbers = [int(found) for found in re.findall(r"\d+", sentence(figure, locale))]
            assert numbers[:2] == [figure.numerator, figure.base]


def stranger(folder: Path) -> subprocess.CompletedProcess[str]:
    """Somebody who got the folder, and has Python and nothing else."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "verifier.py"],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def alter(file: Path, column: str, change: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    row = next(row for row in rows if row[column])
    row[column] = change(row[column])
    with file.open("w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def one_more(cell: str) -> str:
    return str(int(cell) + 1)


@pytest.mark.both_databases
def test_a_stranger_counts_the_third_promotion_again(promotion_3: Path, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "bilan"
    assert run("retrospective", "export", folder, "--milestone", "end") == f"15 files in {folder}.\n"
    checked = stranger(folder)
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    assert "toutes s’accordent" in checked.stdout
    figures = {
        (row["code"], row["numerateur"], row["denominateur"]) for row in verifier.read_tables(folder)["chiffres"]
    }
    assert figures >= {("R01", "5", "15"), ("R13", "10", "32"), ("Q01", "27", "30"), ("Q01", "12", "18")}
    assert figures >= {("R18.host", "12", "15"), ("Q04", "22", "27")}


@pytest.mark.parametrize(
    ("name", "column", "change"),
    [
        ("chiffres", "numerateur", one_more),
        ("chiffres", "denominateur", one_more),
        ("chiffres", "part", lambda cell: str(float(cell) + 0.1)),
        ("chiffres", "sans_reponse", one_more),
        ("chiffres", "non_renseigne", one_more),
        ("chiffres", "exclus", one_more),
        ("defis", "etat", lambda _cell: "stopped"),
        ("defis", "statut", lambda _cell: "exclu"),
        ("ouvertures", "statut", lambda _cell: "no"),
        ("actions", "nombre", lambda _cell: "0"),
        ("suites", "effectif", one_more),
        ("suites", "non_renseigne", one_more),
    ],
)
def test_a_number_that_was_altered_is_found(
    small_promotion: Promotion, run: Run, tmp_path: Path, name: str, column: str, change: Any
) -> None:
    folder = tmp_path / "bilan"
    run("retrospective", "export", folder, "--milestone", "after-12")
    assert verifier.main([str(folder)]) == 0
    alter(folder / f"{name}.csv", column, change)
    checked = stranger(folder)
    assert checked.returncode == 1
    assert "différences." in checked.stdout


def test_a_file_that_is_missing_is_told(small_promotion: Promotion, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "bilan"
    run("retrospective", "export", folder, "--milestone", "end")
    (folder / "suites.csv").unlink()
    checked = stranger(folder)
    assert checked.returncode == 1
    assert "suites.csv" in checked.stderr


@pytest.fixture
def frictionless() -> Iterator[Any]:
    """The library, which moves csv's limit when it is imported: no other test is to depend on that."""
    limit = csv.field_size_limit()
    yield importlib.import_module("frictionless")
    csv.field_size_limit(limit)


@pytest.mark.parametrize("milestone", ["end", "after-12"])
def test_it_is_a_valid_data_package(
    small_promotion: Promotion, run: Run, tmp_path: Path, frictionless: Any, milestone: str
) -> None:
    run("retrospective", "export", tmp_path / "bilan", "--milestone", milestone)
    report = frictionless.validate(str(tmp_path / "bilan" / "datapackage.json"))
    assert report.valid, report.flatten(["path", "rowNumber", "fieldName", "message"])
    assert len(report.tasks) == len(FILES)


def test_columns_are_those_that_others_rely_on() -> None:
    files = as_files(as_source(RecordedMilestone("end", ("Ader",), {}), None, WeeklyFacts()))
    for name, columns in SPEC.items():
        assert files[f"{name}.csv"].decode().splitlines() == [columns]
    for file in FILES:
        assert all(re.fullmatch("[a-z][a-z0-9_]*", column.name) for column in file.columns)


def test_nothing_is_known_of_a_promotion_without_a_record_and_nothing_is_nought() -> None:
    files = as_files(as_source(RecordedMilestone("end", ("Ader", "Phare"), {}), None, WeeklyFacts()))
    assert rows_of(files, "chiffres") == []
    assert [row["statut"] for row in rows_of(files, "defis")] == ["sans_reponse", "sans_reponse"]
    assert verifier.differences(tables_of(files)) == []


def test_what_nobody_said_is_no_share_of_nought() -> None:
    milestone = RecordedMilestone("end", ("Ader",), {"Ader": TeamRecord()}, heads={"Ader": 2})
    files = as_files(as_source(milestone, None, WeeklyFacts()))
    assert {row["part"] for row in rows_of(files, "chiffres")} == {""}
    assert {row["effectif"] for row in rows_of(files, "suites")} == {""}
    assert verifier.differences(tables_of(files)) == []


def test_indicators_are_in_the_schema_of_the_state() -> None:
    wait = Indicator(
        "Délai de traitement",
        IndicatorType.IMPACT,
        "jours",
        Direction.DOWN,
        baseline=120,
        baseline_on=date(2019, 1, 15),
        target=30.5,
        target_on=date(2020, 6, 30),
        value=45,
    )
    unsaid = Indicator("Inscrits", IndicatorType.USAGE, "unité", Direction.UP, target=1000)
    milestone = RecordedMilestone("end", ("Ader",), {"Ader": TeamRecord(indicators=(wait, unsaid))})
    rows = rows_of(as_files(as_source(milestone, None, WeeklyFacts())), "indicateurs")
    assert [(row["valeur"], row["date"], row["est_cible"]) for row in rows] == [
        ("120", "2019-01-15", "false"),
        ("45", "2019-11-08", "false"),
        ("30.5", "2020-06-30", "true"),
    ]
    assert {row["indicateur"] for row in rows} == {"Délai de traitement"}, "a value that has no day is no row"
    assert {row["administration_rattachement"] for row in rows} == {"non renseignée"}


def people(**counts: int) -> TeamRecord:
    return TeamRecord(people=Destinations({Destination(where): count for where, count in counts.items()}))


def test_of_a_team_that_is_excluded_its_name_is_told_and_nothing_else(
    small_promotion: Promotion, run: Run, tmp_path: Path
) -> None:
    run("retrospective", "export", tmp_path / "bilan", "--milestone", "end")
    rows = verifier.read_tables(tmp_path / "bilan")["defis"]
    (excluded,) = [row for row in rows if row["statut"] == "exclu"]
    told = {name: value for name, value in excluded.items() if value}
    assert told == {"promotion": "promotion-3", "echeance": "end", "defi": "Phare", "statut": "exclu"}
    readme = (tmp_path / "bilan" / "LISEZMOI.md").read_text(encoding="utf-8")
    assert "Phare (modalités particulières)" in readme


def test_where_few_people_go_is_not_told() -> None:
    records = {
        "Ader": people(host_employee=6, private=5, looking=1),
        "Phare": people(other_admin_employee=2, independent=1, private=1, unknown=2),
    }
    milestone = RecordedMilestone("end", ("Ader", "Phare"), records, heads={"Ader": 12, "Phare": 6})
    rows = [row for row in rows_of(as_files(as_source(milestone, None, WeeklyFacts())), "suites") if row["classe"]]
    assert {(row["classe"], row["classes_regroupees"], row["effectif"]) for row in rows} == {
        ("host_employee", "", "6"),
        ("host_contractor", "host_contractor|other_admin_employee|other_admin_contractor", "2"),  # R13 less R14
        ("private", "private|independent|association|looking|other", "8"),
    }


def test_nothing_of_people_is_told_by_team(small_promotion: Promotion, run: Run, tmp_path: Path) -> None:
    run("retrospective", "export", tmp_path / "bilan", "--milestone", "after-12")
    of_teams = [file for file in FILES if any(column.name == "defi" for column in file.columns)]
    told = {column.name for file in of_teams for column in file.columns}
    assert len(of_teams) == 4
    assert not told & {"effectif", "eigs", "embauches", "prolonges", "toujours_sur_le_projet", "destination"}
    everything = b"".join(path.read_bytes() for path in (tmp_path / "bilan").iterdir())
    assert b"@" not in everything.replace(b'"@', b"")  # but for the keys of JSON-LD


def test_small_classes_of_a_questionnaire_are_counted_together() -> None:
    reading = {"every_week": 8, "twice_a_month": 3, "once_a_month": 6, "rarely": 5, "never": 1}
    surveys = {SurveyPublic.EIG: SurveyCounts(30, 25, reading=reading)}
    files = as_files(as_source(RecordedMilestone("end", (), {}, surveys=surveys), None, WeeklyFacts()))
    rows = rows_of(files, "questionnaires")
    assert {row["question"] for row in rows} == {"chiffres_publies.participation", "chiffres_publies.reading"}
    found = {(row["classe"], row["classes_regroupees"], row["effectif"]) for row in rows}
    assert found == {
        ("a_repondu", "", "25"),
        ("every_week", "", "8"),
        ("twice_a_month", "twice_a_month|once_a_month", "9"),
        ("rarely", "rarely|never", "6"),
    }
    assert verifier.differences(tables_of(files)) == []


def asked_here(headline: ClassCount | None, *counts: ClassCount) -> ClosedResults:
    keys = [key for each in counts for key in each.classes] or ["1", "5"]
    question = QuestionResult(
        key="expectations",
        question="expectations",
        section="programme",
        block=None,
        type=QuestionType.SCALE,
        disclosure=Disclosure.SMALL_NUMBERS,
        text={"fr": "?"},
        label=None,
        ends=None,
        classes=tuple(AnswerClass(key, {}) for key in keys),
        counts=counts,
        headline=headline,
    )
    return ClosedResults(SurveyPublic.EIG, "eig", 1, date(2019, 11, 8), 30, 27, (question,))


@pytest.mark.parametrize(
    ("headline", "numbers", "said"),
    [
        (ClassCount(("5",), 10), ("10", "27", "0", "false"), "de 10 EIG sur 27 (questionnaire anonyme)"),
        (ClassCount(("5",), 22, at_least=True), ("22", "27", "5", "true"), "au moins"),
        (None, None, ""),
    ],
)
def test_a_questionnaire_of_our_own_says_what_may_be_told_of_it(
    headline: ClassCount | None, numbers: tuple[str, ...] | None, said: str
) -> None:
    results = asked_here(headline, ClassCount(("1", "2"), 5), ClassCount(("3", "4"), 12), ClassCount(("5",), 10))
    surveys = {SurveyPublic.EIG: SurveyCounts(30, 26, beyond_expectations={"5": 9, "other": 17}, source="ailleurs")}
    milestone = RecordedMilestone("end", (), {}, surveys=surveys)
    figures = tuple(gather_figures(milestone, None, WeeklyFacts(), [results]))
    files = as_files(replace(as_source(milestone, None, WeeklyFacts()), figures=figures, results=(results,)))
    tables = tables_of(files)
    assert verifier.differences(tables) == []
    own = [row for row in tables["chiffres"] if row["methode"] == "questionnaire des EIG" and row["code"] == "Q03"]
    told = [(row["numerateur"], row["denominateur"], row["non_renseigne"], row["au_moins"]) for row in own]
    assert told == ([numbers] if numbers else [])
    assert [row["numerateur"] for row in tables["chiffres"] if row["methode"].startswith("chiffres publiés")] == [
        "26",
        "9",
    ]
    assert not own or said in next(sentence(each, "fr") for each in figures if each.code == "Q03" and each.asked_here)


def test_of_a_question_too_small_to_be_told_no_count_is_given() -> None:
    milestone = RecordedMilestone("end", (), {})
    source = replace(as_source(milestone, None, WeeklyFacts()), results=(asked_here(None),))
    rows = [row for row in rows_of(as_files(source), "questionnaires") if row["question"] == "expectations"]
    assert [(row["classes_regroupees"], row["effectif"]) for row in rows] == [("1|5", "")]


def test_figures_of_questionnaires_count_what_their_results_tell() -> None:
    assert HEADLINE_CODES.keys() == HEADLINES.keys() == verifier.HEADLINES.keys()


def test_a_title_is_no_formula() -> None:
    record = TeamRecord(side_projects=())
    milestone = RecordedMilestone("end", ("=HYPERLINK(1)",), {"=HYPERLINK(1)": record})
    files = as_files(as_source(milestone, None, WeeklyFacts()))
    assert rows_of(files, "defis")[0]["defi"] == "'=HYPERLINK(1)"
    assert verifier.differences(tables_of(files)) == []


def test_an_export_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "bilan"
    write_folder(folder, {"a.csv": b"1", "b.csv": b"2"})
    write_folder(folder, {"a.csv": b"3", "b.csv": b"4"})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a.csv": b"3", "b.csv": b"4"}
    assert [path.name for path in folder.parent.iterdir()] == ["bilan"], "nothing is left beside it"


def test_an_export_goes_to_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    write_folder(Path(), {"a.csv": b"1"})
    assert (tmp_path / "here" / "a.csv").read_bytes() == b"1"


def test_an_export_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "bilan"
    write_folder(folder, {"a.csv": b"1"})
    with pytest.raises(OSError, match="is-no-folder"):
        write_folder(folder, {"a.csv": b"2", "is-no-folder/b.csv": b"2"})
    assert (folder / "a.csv").read_bytes() == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["bilan"]


@pytest.mark.long
def test_a_promotion_of_twenty_teams_and_forty_four_weeks_leaves_within_two_seconds(
    app: Flask, clock: time_machine.Traveller, run: Run, tmp_path: Path
) -> None:
    clock.move_to("2019-12-20T10:00:00Z")
    with one_transaction():
        promotion = make_promotion()
        teams = [make_team(promotion, f"Défi {number}") for number in range(20)]
        eigs = [make_member(promotion, "eig", team) for team in teams for _eig in range(2)]
        for week in weeks_between(Week.parse("2019-W02"), Week.parse("2019-W45")):
            for team in teams:
                make_bulletin(team, week)
            digest = make_digest(promotion, week)
            for eig in eigs:
                make_read_mark(digest, eig)
    records = [{"team": team.name, "state": "production", "openings": [], "people": {"private": 2}} for team in teams]
    file = {"promotion": "promotion-3", "milestone": {"key": "end", "on": "2019-11-08"}, "records": records}
    (tmp_path / "end.yml").write_text(yaml.safe_dump(file, allow_unicode=True), encoding="utf-8")
    run("records", "import", tmp_path / "end.yml")
    begun = time.process_time()
    run("retrospective", "export", tmp_path / "bilan", "--milestone", "end")
    assert time.process_time() - begun < 2
    assert stranger(tmp_path / "bilan").returncode == 0


def test_what_is_not_ours_is_not_overwritten(app: Flask, small_promotion: Promotion, tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_text("ten years", encoding="utf-8")
    with pytest.raises(FolderInUseError):
        write_folder(tmp_path, {"a.csv": b""})
    words = ["retrospective", "export", str(tmp_path), "--milestone", "end"]
    result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == 1
    assert "Nothing was written" in result.output
    assert "name another folder" in result.output
    shutil.rmtree(tmp_path)
