"""Compare two milestones, on the teams that both count, or two promotions, each beside its own base.

What cannot be compared is refused, in words. Values in, values out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.records.vocabulary import SurveyPublic
from app.retrospective.article_wording import Said
from app.retrospective.counting import count_figures, without
from app.retrospective.figures import Figure, RecordedMilestone

FigureKey = tuple[str, SurveyPublic | None]
OF_PEOPLE = frozenset({"R12", "R13", "R14", "R15", "R16", "R17", "R23"})  # of a team, they are about its two people


Refuse = Callable[[Figure | None, Figure | None], Said | None]

ONE_SIDE = Said(
    "l’une des deux échéances n’a pas ce chiffre",
    "one of the two milestones does not have this figure",
)
WHOLE_PROMOTION = Said(
    "compté sur toutes les personnes qui ont répondu\N{NO-BREAK SPACE}: on ne peut pas le dire des seuls défis communs",
    "counts of everybody who answered: they cannot be told for the teams in both",
)
OTHER_METHOD = Said(
    "compté selon deux méthodes (version {} et version {})",
    "counted by two methods (version {} and version {})",
)
OTHER_SOURCE = Said(
    "d’un côté un questionnaire mené ici, de l’autre des chiffres publiés ailleurs",
    "a questionnaire that was run here on one side, counts published elsewhere on the other",
)
OTHER_MONTH = Said(
    "des prévisions qui ne portent pas jusqu’au même mois",
    "forecasts that reach to different months",
)
NOBODY_IN_BOTH = Said(
    "aucun défi n’a de fiche aux deux échéances",
    "no team has a record at both milestones",
)
FEW_PEOPLE = Said(
    "rapproché de ce qui est publié, il dirait ce que sont devenues les personnes d’un seul défi",
    "beside what is published, it would tell what became of the people of a single team",
)


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure on both sides, on the teams in both where they are of one promotion; None where it is `refused`.

    `own_before` and `own_after` are what each of these milestones counts by itself, on all its teams.
    """

    name: str
    public: SurveyPublic | None
    before: Figure | None
    after: Figure | None
    refused: Said | None = None
    own_before: Figure | None = None
    own_after: Figure | None = None

    @property
    def code(self) -> str:
        return self.name.partition(".")[0]

    @property
    def key(self) -> FigureKey:
        return self.name, self.public


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every figure that one side has. `common`: the teams that both count; None for two promotions."""

    common: tuple[str, ...] | None
    figures: tuple[ComparedFigure, ...]


def compare(before: RecordedMilestone, after: RecordedMilestone, end: RecordedMilestone | None = None) -> Comparison:
    """Compare two milestones of one promotion; `end` is its end.

    The other way round it says the same, with the sides exchanged.
    """
    common = tuple(sorted(set(before.counted) & set(after.counted)))
    own = [_by_key(count_figures(side, end)) for side in (before, after)]
    on_common = [_by_key(count_figures(_only(side, common), end)) for side in (before, after)]
    refuse = refuse_to_compare if common else _refuse_nobody
    pairs = _pairs(own[0].keys() | own[1].keys(), on_common, refuse)
    return Comparison(common, tuple(_beside_own(each, *own) for each in pairs))


def compare_promotions(before: Sequence[Figure], after: Sequence[Figure]) -> Comparison:
    """Compare the figures of milestones of two promotions, each beside its own base; not those of single months."""
    sides = [_by_key(figure for figure in side if figure.month is None) for side in (before, after)]
    return Comparison(None, tuple(_pairs(sides[0].keys() | sides[1].keys(), sides, _refuse_other_counting)))


def hide_people_of_few(comparison: Comparison, before: Iterable[Figure], after: Iterable[Figure]) -> Comparison:
    """Return what may be shown of a comparison on the teams in both to those who know what is published of each side.

    What is of people is refused unless it is what is published: a difference would be of the teams that are not in
    both, or whose record came later.
    """
    published = [_by_key(before), _by_key(after)]
    return replace(comparison, figures=tuple(_hide_unpublished(each, *published) for each in comparison.figures))


def _hide_unpublished(
    each: ComparedFigure, before: Mapping[FigureKey, Figure], after: Mapping[FigureKey, Figure]
) -> ComparedFigure:
    is_told = counts_alike(each.before, before.get(each.key)) and counts_alike(each.after, after.get(each.key))
    if each.code in OF_PEOPLE and not is_told:
        each = replace(each, before=None, after=None, refused=each.refused or FEW_PEOPLE)
    return _beside_own(each, before, after)


def _beside_own(
    each: ComparedFigure, before: Mapping[FigureKey, Figure], after: Mapping[FigureKey, Figure]
) -> ComparedFigure:
    return replace(each, own_before=before.get(each.key), own_after=after.get(each.key))


def counts_alike(one: Figure | None, other: Figure | None) -> bool:
    """Return whether two figures say the same of as many."""
    if one is None or other is None:
        return one is other
    return (one.numerator, one.base, one.unknown) == (other.numerator, other.base, other.unknown)


def refuse_to_compare(one: Figure | None, other: Figure | None) -> Said | None:
    """Return why two figures of one promotion may not stand side by side, in any order; None when they may."""
    refused = _refuse_other_counting(one, other)
    if refused is None and any(each and each.public for each in (one, other)):
        return WHOLE_PROMOTION
    return refused


def _refuse_other_counting(one: Figure | None, other: Figure | None) -> Said | None:
    if one is None or other is None:
        return ONE_SIDE
    if one.method != other.method:
        versions = sorted((one.method, other.method))
        return Said(*(words.format(*versions) for words in OTHER_METHOD))
    if one.asked_here is not other.asked_here:
        return OTHER_SOURCE
    if one.until and other.until and one.until != other.until:
        return OTHER_MONTH
    return None


def _refuse_nobody(one: Figure | None, other: Figure | None) -> Said | None:
    """Refuse as for milestones without a common team: there, only questionnaires have a figure at all."""
    return refuse_to_compare(one, other) if one or other else NOBODY_IN_BOTH


def _pairs(
    keys: Iterable[FigureKey], sides: Sequence[Mapping[FigureKey, Figure]], refuse: Refuse
) -> Iterable[ComparedFigure]:
    for key in sorted(keys, key=lambda key: (key[0], key[1] or "")):
        before, after = (side.get(key) for side in sides)
        refused = refuse(before, after)
        if refused:
            before = after = None
        yield ComparedFigure(*key, before, after, refused)


def _only(milestone: RecordedMilestone, teams: Sequence[str]) -> RecordedMilestone:
    return without(milestone, set(milestone.teams) - set(teams))


def _by_key(figures: Iterable[Figure]) -> dict[FigureKey, Figure]:
    return {(figure.name, figure.public): figure for figure in figures}
