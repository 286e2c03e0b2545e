"""What helps a challenge to last, theme by theme: what mentors reported, in our words, and advice of ours.

A report names no challenge here. It is followed by what to make of it, which is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.i18n import lazy_gettext as _l
from app.plans.vocabulary import Theme

SITE = "https://entrepreneur-interet-general.etalab.gouv.fr/blog"


@dataclass(frozen=True, slots=True)
class MentorArticle:
    """An article, in French, about what the mentors of one cohort told: who and when, its title, its address."""

    told_by: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Hint:
    """A line of advice, and the report that it comes from; None where it is ours."""

    text: str
    report: MentorArticle | None = None


MENTORS_SESSION = MentorArticle(  # of 18 April 2019, four months into the challenges
    _l("Cohort 3, April 2019"),
    "Quelles suites pour les défis EIG\N{NARROW NO-BREAK SPACE}?",
    f"{SITE}/2019/05/20/session-perennisation-defis-eig-3.html",
)
REVIEW = MentorArticle(  # of 17 January 2020, two months after the end
    _l("Cohort 3, January 2020"),
    "Promotion EIG 3\N{NO-BREAK SPACE}: on fait le bilan",
    f"{SITE}/2020/01/17/bilan-eig3.html",
)
ROUND_TABLE = MentorArticle(  # of 9 November 2020, a year after the end: three challenges
    _l("Cohort 3, November 2020"),
    "Pérenniser la transformation numérique",
    f"{SITE}/2021/01/05/evenement-mip-eig3.html",
)
REPORTS = (MENTORS_SESSION, REVIEW, ROUND_TABLE)

HINTS: Mapping[Theme, tuple[Hint, ...]] = {
    Theme.TECHNICAL: (
        Hint(
            _l(
                "for two challenges, what mattered was going live inside the IT department. "
                "Is yours among your allies already?"
            ),
            MENTORS_SESSION,
        ),
        Hint(
            _l(
                "the APIs of one challenge were to pass to the contractor already in charge of the inspection tool. "
                "Who runs the tools that yours will work with?"
            ),
            MENTORS_SESSION,
        ),
        Hint(
            _l(
                "one tool, written very fast, had to be largely reworked before more people could use it. "
                "Set aside time for that."
            ),
            ROUND_TABLE,
        ),
        Hint(
            _l(
                "have somebody from the IT department install the tool with your documentation alone, "
                "while you are there."
            )
        ),
    ),
    Theme.OPERATIONAL: (
        Hint(
            _l(
                "mentors set out to list, in writing, the people and the technical means that their tool would need. "
                "Such a list is the start of a plan."
            ),
            MENTORS_SESSION,
        ),
        Hint(
            _l(
                "one challenge knew, seven months ahead, that its tool would not be finished by the end. "
                "Say so early: there is still time to arrange for what follows."
            ),
            MENTORS_SESSION,
        ),
        Hint(
            _l(
                "teams change after the first year: two challenges have taken in somebody "
                "whose job is to bring the tool to its users."
            ),
            ROUND_TABLE,
        ),
        Hint(_l("name the person who will answer users the month after you leave.")),
    ),
    Theme.FINANCIAL: (
        Hint(
            _l(
                "co-funding had helped half of the mentors decide to apply. "
                "Who will pay that share once the programme is over?"
            ),
            REVIEW,
        ),
        Hint(_l("budgets are decided long before they are spent: find out by when yours has to be requested.")),
        Hint(_l("work out what maintenance alone costs, apart from what new features would cost.")),
    ),
    Theme.LEGAL: (
        Hint(
            _l(
                "one challenge was looking for a way to govern a platform shared by public bodies and associations. "
                "Agree in writing on who decides, and on what."
            ),
            MENTORS_SESSION,
        ),
        Hint(
            _l(
                "one tool lives on through a public contract, which requires the provider’s team to work on "
                "the administration’s premises. What you value in your way of working "
                "can be written into a contract."
            ),
            ROUND_TABLE,
        ),
        Hint(_l("choose a licence and publish the code: whoever comes next will be able to take it over.")),
    ),
    Theme.HR: (
        Hint(
            _l(
                "for most challenges, the first concern was to still have developers and data scientists after "
                "the programme; many mentors hoped to keep working with their EIGs. Say early who would like to stay."
            ),
            MENTORS_SESSION,
        ),
        Hint(
            _l(
                "one launch was planned for soon after the end: in April, its mentors already had to think about "
                "extending the data scientists’ posts. Recruitment and partnerships are what to start first."
            ),
            MENTORS_SESSION,
        ),
        Hint(
            _l(
                "hiring the EIGs can be hard: posts have to be created, and the pay may be lower than during "
                "the programme. Ask about both before making promises."
            ),
            ROUND_TABLE,
        ),
        Hint(_l("a post has to be described, funded and advertised, often over several months: start at mid-term.")),
    ),
    Theme.COMMUNICATION: (
        Hint(
            _l(
                "demonstrations, talks, articles: go on showing the tool to administrations, users and specialists, "
                "so that it is known, used and found useful."
            ),
            MENTORS_SESSION,
        ),
        Hint(
            _l(
                "one challenge counted on meetups to bring its users together; another on user tests, "
                "to show that its tool was useful before it went live."
            ),
            MENTORS_SESSION,
        ),
        Hint(
            _l(
                "mentors often have to win over their superiors when the project has barely begun. "
                "Involve everybody from the start, and show results as soon as you can."
            ),
            ROUND_TABLE,
        ),
        Hint(_l("let users speak: what they say carries further than your own presentation.")),
    ),
}


def reports_of(themes: Iterable[Theme]) -> list[MentorArticle]:
    """Return the reports that the hints of `themes` come from, the earliest first."""
    told = [hint.report for theme in themes for hint in HINTS[theme]]
    return [report for report in REPORTS if report in told]
