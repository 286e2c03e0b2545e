"""What holds of every figure, whatever the records."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.records.values import TeamRecord
from app.records.vocabulary import SurveyPublic, ToolState
from app.retrospective.comparison import (
    FEW_PEOPLE,
    OF_PEOPLE,
    OTHER_SOURCE,
    WHOLE_PROMOTION,
    ComparedFigure,
    compare,
    compare_promotions,
    hide_people_of_few,
    refuse_to_compare,
)
from app.retrospective.counting import count_figures, without
from app.retrospective.figures import Figure, RecordedMilestone
from app.retrospective.frozen_records import freeze, thaw
from app.retrospective.sentences import LOCALES, sentence, statement
from tests.records.strategies import counts, records_with, surveys

TEAMS = ("Brancard", "Cadastre", "Jachère", "Lampadaire", "Phare", "Sémaphore")
teams = st.sampled_from(TEAMS)
records = records_with(st.just("Un carnet"), st.none())  # no figure depends on what they are called
SEVERAL_HOLD = "R21"
few = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def milestones(*keys: str) -> st.SearchStrategy[RecordedMilestone]:
    return st.builds(
        RecordedMilestone,
        key=st.sampled_from(keys),
        teams=st.just(TEAMS[:5]),  # the sixth has a record, perhaps, and is not active
        records=st.dictionaries(teams, records, max_size=4),
        heads=st.dictionaries(teams, counts),
        excluded=st.dictionaries(teams, st.sampled_from(["modalités particulières", "arrêté en mars"]), max_size=2),
        surveys=st.dictionaries(st.sampled_from(SurveyPublic), surveys()),
    )


any_milestone = milestones("mid", "end", "after-6")
some_counted = st.dictionaries(st.sampled_from(TEAMS[:5]), records, min_size=2)


def with_counted(milestone: RecordedMilestone, counted: dict[str, TeamRecord]) -> RecordedMilestone:
    excluded = {team: why for team, why in milestone.excluded.items() if team not in counted}
    return replace(milestone, records={**milestone.records, **counted}, excluded=excluded)


def of_records(figures: list[Figure]) -> dict[str, Figure]:
    return {figure.code: figure for figure in figures if figure.public is None}


@few
@given(any_milestone, milestones("end"))
def test_the_sums_are_right(milestone: RecordedMilestone, end: RecordedMilestone) -> None:
    everybody = sum(milestone.eigs(team) for team in milestone.teams)
    for figure in count_figures(milestone, end):
        assert figure.numerator >= 0
        if figure.base is not None:
            assert figure.numerator + figure.unknown <= figure.base
        if figure.parts is not None and figure.code != SEVERAL_HOLD:
            assert sum(figure.parts.values()) + figure.unknown == figure.base
        if figure.public is None:
            apart = [*figure.missing, *(each.team for each in figure.excluded)]
            of_eigs = figure.code in {"R13", "R14", "R15", "R16"}
            beside = sum(milestone.eigs(team) for team in apart) if of_eigs else len(apart)
            assert figure.base is None or figure.base + beside == (everybody if of_eigs else len(milestone.teams))


@few
@given(any_milestone, milestones("end"), st.randoms())
def test_the_order_does_not_matter(milestone: RecordedMilestone, end: RecordedMilestone, random: Any) -> None:
    def shuffled(values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: values[key] for key in random.sample(sorted(values), len(values))}

    other = replace(milestone, records=shuffled(milestone.records), excluded=shuffled(milestone.excluded))
    assert count_figures(other, end) == count_figures(milestone, end)


@few
@given(any_milestone, milestones("end"))
def test_what_is_kept_of_records_is_what_figures_count(milestone: RecordedMilestone, end: RecordedMilestone) -> None:
    ids = {team: number for number, team in enumerate(TEAMS)}
    kept, kept_end = (json.loads(json.dumps(freeze(each, ids))) for each in (milestone, end))
    names = {number: team for team, number in ids.items()}
    assert count_figures(thaw(kept, names), thaw(kept_end, names)) == count_figures(milestone, end)
    renamed = thaw(kept, {number: f"{team} II" for team, number in ids.items()})
    assert renamed.counted == tuple(f"{team} II" for team in milestone.counted)


@few
@given(any_milestone, some_counted)
def test_to_exclude_a_team_is_to_remove_its_record_and_one_of_the_base(
    milestone: RecordedMilestone, counted: dict[str, TeamRecord]
) -> None:
    milestone, team = with_counted(milestone, counted), min(counted)
    excluded = of_records(count_figures(without(milestone, [team])))
    rest = {each: record for each, record in milestone.records.items() if each != team}
    removed = of_records(count_figures(replace(milestone, records=rest)))
    assert excluded.keys() == removed.keys()
    for code, figure in excluded.items():
        assert replace(figure, missing=removed[code].missing, excluded=removed[code].excluded) == removed[code]
        assert set(removed[code].missing) - set(figure.missing) == {team}
    before = of_records(count_figures(milestone))
    assert before["R01"].base == (excluded["R01"].base or 0) + 1


@few
@given(any_milestone, some_counted, teams, records)
def test_a_record_more_never_raises_what_is_missing(
    milestone: RecordedMilestone, counted: dict[str, TeamRecord], team: str, record: TeamRecord
) -> None:
    milestone = with_counted(milestone, counted)
    before = of_records(count_figures(milestone))
    assert before
    after = of_records(count_figures(replace(milestone, records={**milestone.records, team: record})))
    assert all(set(after[code].missing) <= set(figure.missing) for code, figure in before.items() if code in after)


@few
@given(any_milestone, milestones("end"))
def test_the_numbers_in_a_sentence_are_those_of_the_figure(
    milestone: RecordedMilestone, end: RecordedMilestone
) -> None:
    for figure in count_figures(milestone, end):
        for locale in LOCALES:
            numbers = [int(found) for found in re.findall(r"\d+", sentence(replace(figure, source=None), locale))]
            assert numbers[0] == figure.numerator
            assert figure.base is None or numbers[1] == figure.base
            told = [len(figure.missing), len(figure.excluded), figure.unknown]
            assert [each for each in told if each] == numbers[len(numbers) - len([each for each in told if each]) :]


@few
@given(any_milestone, milestones("end", "after-6"), milestones("end"))
def test_a_comparison_says_the_same_the_other_way_round(
    one: RecordedMilestone, other: RecordedMilestone, end: RecordedMilestone
) -> None:
    there, back = compare(one, other, end), compare(other, one, end)
    assert there.common == back.common
    turned = [
        ComparedFigure(*each.key, each.after, each.before, each.refused, each.own_after, each.own_before)
        for each in back.figures
    ]
    assert list(there.figures) == turned
    for each in there.figures:
        if each.before and each.after and each.code not in {"R13", "R14", "R15", "R16", "R20"}:
            assert each.before.base == each.after.base == (None if each.code in {"R10", "R23"} else len(there.common))


@few
@given(any_milestone)
def test_a_milestone_beside_itself_is_the_same(milestone: RecordedMilestone) -> None:
    for each in compare(milestone, milestone).figures:
        assert each.refused or each.before == each.after


def test_another_method_another_month_and_a_survey_are_not_compared() -> None:
    figure = Figure("R02", 9, 15, until="2020-03")
    refusals = {
        replace(figure, method="2"): "counted by two methods (version 1 and version 2)",
        replace(figure, until="2021-01"): "forecasts that reach to different months",
        None: "one of the two milestones does not have this figure",
        figure: None,
    }
    for other, words in refusals.items():
        for refusal in (refuse_to_compare(figure, other), refuse_to_compare(other, figure)):
            assert (refusal and refusal.en) == words
    survey = Figure("Q01", 27, 30, public=SurveyPublic.EIG)
    assert refuse_to_compare(survey, survey) == WHOLE_PROMOTION


def test_unknown_is_not_no() -> None:
    milestone = RecordedMilestone(
        "end",
        TEAMS[:3],
        {
            "Brancard": TeamRecord(),
            "Cadastre": TeamRecord(state=ToolState.PLANNED),
            "Jachère": TeamRecord(state=ToolState.STOPPED),
        },
        heads={"Brancard": 2},
    )
    figures = of_records(count_figures(milestone))
    assert (figures["R01"].numerator, figures["R01"].base, figures["R01"].unknown) == (0, 3, 1)
    assert (figures["R02"].numerator, figures["R02"].unknown) == (0, 2), "planned in a month that nobody said"
    assert (figures["R15"].numerator, figures["R15"].base, figures["R15"].unknown) == (0, 2, 2)
    assert "R10" not in figures, "a sum of which nothing is known is no nought"
    assert sentence(figures["R03"], "fr").startswith("non renseigné\N{NO-BREAK SPACE}: 0 défi sur 3 a ouvert son code")


def test_words_lead_in_only_where_they_are_true() -> None:
    words = {
        (8, 15): "plus de la moitié",
        (7, 14): "la moitié",
        (3, 10): "un tiers",
        (9, 25): "un tiers",
        (10, 27): "",
        (29, 100): "",
        (9, 10): "presque tous",
        (17, 19): "plus de la moitié",
        (15, 15): "tous",
        (1, 1): "",
        (0, 15): "aucun",
        (0, 1): "",
    }
    for (numerator, base), lead_in in words.items():
        said = sentence(Figure("R03", numerator, base), "fr")
        assert said.startswith(f"{lead_in}\N{NO-BREAK SPACE}: {numerator} " if lead_in else f"{numerator} "), said
    assert sentence(Figure("R03", 0, 15, unknown=1), "fr").startswith("0 défi sur 15"), "one may have opened its code"
    assert sentence(Figure("R22", 0, 4), "fr").startswith("aucune\N{NO-BREAK SPACE}: 0 fiche")
    assert sentence(Figure("R22", 0, 4), "en").startswith("none: 0 records")
    assert sentence(Figure("R22", 4, 4), "fr").startswith("toutes\N{NO-BREAK SPACE}: 4 fiches")
    assert sentence(Figure("R03", 15, 15), "en").startswith("all: 15 teams of 15 have")


def test_sentences_agree_with_their_number() -> None:
    for code, french, english in (
        ("R01", "1 outil sur 15 est en production", "1 tool of 15 is in production"),
        ("R12", "1 équipe sur 15 embauchée, en tout ou partie, par son administration d’accueil", None),
        ("R16", "1 EIG sur 15 prolongé", "1 EIG of 15 extended"),
    ):
        assert sentence(Figure(code, 1, 15), "fr") == french
        assert english is None or sentence(Figure(code, 1, 15), "en") == english
    undated = Figure("R02", 0, 8)
    assert sentence(undated, "fr") == (
        "aucun\N{NO-BREAK SPACE}: 0 outil sur 8 a une date de mise en production annoncée"
    )
    assert sentence(undated, "en") == "none: 0 tools of 8 have a launch month announced"
    assert statement(Figure("B02", 1, 1), "fr") == "1 bulletin écrit sur 1 attendu"
    assert statement(Figure("B02", 1, 2), "fr") == "1 bulletin écrit sur 2 attendus"
    source = Figure("Q03", 10, 27, public=SurveyPublic.EIG, source="bilan de 2019")
    assert sentence(source, "fr") == (
        "le programme a dépassé les attentes de 10 EIG sur 27 (chiffres publiés\N{NO-BREAK SPACE}: bilan de 2019)"
    )


@few
@given(any_milestone, milestones("end", "after-6"))
def test_promotions_stand_beside_their_own_base(one: RecordedMilestone, other: RecordedMilestone) -> None:
    sides = [count_figures(one), count_figures(other)]
    comparison = compare_promotions(*sides)
    assert comparison.common is None
    for each in comparison.figures:
        if each.refused is None:
            assert each.before in sides[0]
            assert each.after in sides[1]
    back = compare_promotions(sides[1], sides[0])
    assert [replace(each, before=each.after, after=each.before) for each in back.figures] == list(comparison.figures)


def test_questionnaires_of_two_promotions_may_stand_side_by_side_and_single_months_do_not() -> None:
    survey, month = Figure("Q01", 27, 30, public=SurveyPublic.EIG), Figure("B04", 3, 4, month="2019-03")
    assert [each.refused for each in compare_promotions([survey, month], [replace(survey, numerator=9)]).figures] == [
        None
    ]
    here = compare_promotions([survey], [replace(survey, asked_here=True)]).figures[0]
    assert here.refused == OTHER_SOURCE
    other = compare_promotions([survey], [replace(survey, method="2")]).figures[0]
    assert other.refused
    assert "méthode" in other.refused.fr


@few
@given(any_milestone, milestones("end", "after-6"))
def test_what_is_of_people_is_hidden_unless_it_is_what_is_published(
    one: RecordedMilestone, other: RecordedMilestone
) -> None:
    comparison, published = compare(one, other), (count_figures(one), count_figures(other))
    shown = hide_people_of_few(comparison, *published)
    if set(one.counted) == set(other.counted):
        assert shown == comparison
    told = [{(each.code, each.numerator, each.base, each.unknown) for each in side} for side in published]
    for before, after in zip(comparison.figures, shown.figures, strict=True):
        if before.code not in OF_PEOPLE:
            assert after == before
            continue
        for figure, side in ((after.before, told[0]), (after.after, told[1])):
            assert figure is None or (figure.code, figure.numerator, figure.base, figure.unknown) in side
        assert after == before or after.refused in {before.refused, FEW_PEOPLE}
