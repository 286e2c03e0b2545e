"""The words of the article between its figures, in French and in English: frozen with them, in both languages at once.

Values in, values out.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from app.records.vocabulary import Destination
from app.retrospective.sentences import Locale


class Said(NamedTuple):
    """One thing in each language."""

    fr: str
    en: str

    def of(self, locale: Locale) -> str:
        """Return it in one language."""
        return self.fr if locale == "fr" else self.en


class Part(StrEnum):
    """The parts of an article, in the order in which the product drafts them."""

    TOOLS = "tools"
    OPENNESS = "openness"
    SHARING = "sharing"
    PEOPLE = "people"
    CONTINUATION = "continuation"
    SURVEYS = "surveys"
    READING = "reading"
    WRITING = "writing"
    CALLS = "calls"
    MOODS = "moods"
    METHOD = "method"


TITLES: Mapping[Part, Said] = {
    Part.TOOLS: Said("Des outils en service", "Tools in service"),
    Part.OPENNESS: Said("Ce qui a été ouvert", "What was opened"),
    Part.SHARING: Said("Ce qui a été transmis", "What was passed on"),
    Part.PEOPLE: Said("Où vont les EIG", "Where the EIGs go"),
    Part.CONTINUATION: Said("Qui prend la suite", "Who carries on"),
    Part.SURVEYS: Said("Ce qu’en disent les membres", "What members say"),
    Part.READING: Said("Se lire chaque semaine", "Reading each other"),
    Part.WRITING: Said("Écrire chaque semaine", "Writing every week"),
    Part.CALLS: Said("S’entraider", "Helping each other"),
    Part.MOODS: Said("L’humeur de la promotion", "The mood of the cohort"),
    Part.METHOD: Said("Comment ces chiffres sont comptés", "How these figures are counted"),
}
LEADS: Mapping[
    str, Said
] = {  # what begins the article; `{day}` is that of the milestone, `{months}` those since the end
    "mid": Said(
        "La promotion est à mi-parcours. Voici où en sont ses défis au {day}, et ce que l’on n’en sait pas encore.",
        "The cohort is halfway. This is where its challenges stand on {day}, and what is not known of them yet.",
    ),
    "after-1": Said(
        "Un mois après la fin de la promotion, voici ce que ses défis sont devenus au {day}.",
        "One month after the end of the cohort, this is what had become of its challenges by {day}.",
    ),
    "end": Said(
        "La promotion s’achève. Voici ce que ses défis laissent au {day}, et ce que l’on n’en sait pas encore.",
        "The cohort comes to its end. This is what its challenges leave on {day}, and what is not known of them yet.",
    ),
    "after": Said(
        "{months} mois après la fin de la promotion, voici ce que ses défis sont devenus au {day}.",
        "{months} months after the end of the cohort, this is what had become of its challenges by {day}.",
    ),
}
REPORT_TITLES: Mapping[str, Said] = {
    "mid": Said("Bilan à mi\N{NON-BREAKING HYPHEN}parcours", "Mid-term retrospective"),
    "end": Said("Bilan de fin de promotion", "Retrospective at the end"),
    "after": Said("Bilan, {months} mois après", "Retrospective, {months} months on"),
    "after-1": Said("Bilan, un mois après", "Retrospective, one month on"),
}
NO_RECORD = Said(
    "Aucun défi n’a encore rempli sa fiche pour cette échéance. Rien n’est donc dit ici de ce que les défis sont "
    "devenus : l’absence de réponse n’est pas un « non ».",
    "No team has filled in its record for this milestone yet. So nothing is said here of what has become of the "
    "challenges: no answer is not a “no”.",
)
HOW_TO_GET_RECORDS = Said(
    "Les fiches se remplissent en ligne, par le lien que chaque défi reçoit à l’ouverture de l’échéance. La "
    "coordination peut aussi répondre pour un défi, ou importer un fichier de fiches.",
    "Records are filled in online, by the link that each team gets when the milestone opens. The coordinators can also "
    "answer for a team, or import a file of records.",
)
DESTINATIONS: Mapping[Destination, Said] = {
    Destination.HOST_EMPLOYEE: Said("recrutés par leur administration d’accueil", "employed by their host"),
    Destination.HOST_CONTRACTOR: Said("prestataires de leur administration d’accueil", "contractors of their host"),
    Destination.OTHER_ADMIN_EMPLOYEE: Said("agents d’une autre administration", "employed by another administration"),
    Destination.OTHER_ADMIN_CONTRACTOR: Said(
        "prestataires d’une autre administration", "contractors of another administration"
    ),
    Destination.PRIVATE: Said("dans le privé", "in a company"),
    Destination.INDEPENDENT: Said("à leur compte", "self-employed"),
    Destination.ASSOCIATION: Said("dans une association", "in a charity"),
    Destination.LOOKING: Said("en recherche", "looking for work"),
    Destination.OTHER: Said("ailleurs", "elsewhere"),
    Destination.UNKNOWN: Said("on ne sait pas", "not known"),
}
HABITS: Mapping[str, Said] = {
    "every_week": Said("chaque semaine", "every week"),
    "twice_a_month": Said("au moins deux fois par mois", "at least twice a month"),
    "once_a_month": Said("parfois (une fois par mois)", "sometimes (once a month)"),
    "rarely": Said("rarement", "rarely"),
    "never": Said("jamais", "never"),
}
TOPICS: Mapping[str, Said] = {  # what a figure is about, to name it without its numbers
    "R01": Said("la mise en production", "production"),
    "R02": Said("les mises en production prévues", "planned launches"),
    "R03": Said("l’ouverture du code", "open code"),
    "R04": Said("l’ouverture prochaine du code", "code to be opened soon"),
    "R05": Said("les bibliothèques", "libraries"),
    "R06": Said("les jeux de données", "data sets"),
    "R07": Said("le travail avec le pôle open data", "work with the open data team"),
    "R08": Said("les données sur demande", "data on request"),
    "R09": Said("les formations et événements", "training and events"),
    "R10": Said("les projets annexes", "side projects"),
    "R11": Said("les nouvelles façons de travailler", "new ways of working"),
    "R12": Said("les embauches", "people hired by their hosts"),
    "R13": Said("les EIG qui restent dans l’administration", "EIGs who stay in the administration"),
    "R14": Said("les EIG toujours en poste", "EIGs still employed by their hosts"),
    "R15": Said("les EIG toujours sur leur projet", "EIGs still on their projects"),
    "R16": Said("les prolongations", "extensions"),
    "R17": Said("les cofinancements", "co-funded extensions"),
    "R18": Said("qui porte la suite", "who carries on"),
    "R19": Said("qui maintient les outils", "who maintains the tools"),
    "R20": Said("les mises en production après la fin", "launches after the end"),
    "R21": Said("les suites", "what went on"),
    "R22": Said("les fiches remplies par les EIG", "records answered by the EIGs"),
    "R23": Said("les postes créés", "posts created"),
    "Q01": Said("les réponses au questionnaire", "answers to the questionnaire"),
    "Q02": Said("la satisfaction", "satisfaction"),
    "Q03": Said("les attentes dépassées", "expectations exceeded"),
    "Q04": Said("la lecture des bulletins, d’après le questionnaire", "reading, by the questionnaire"),
    "B01": Said("la lecture des bulletins, mesurée", "reading, as measured"),
    "B02": Said("les bulletins écrits", "bulletins written"),
    "B03": Said("les demandes d’aide qui ont reçu une réponse", "requests for help that were answered"),
    "B03.resolved": Said("les demandes d’aide résolues", "requests for help resolved"),
}


NOT_TOLD = Said("Les fiches ne disent rien de ceci : {topics}.", "The records do not tell: {topics}.")
BASE_TEAM = Said("Base : 1 défi qui a une fiche au {day}", "Base: 1 team with a record on {day}")
BASE_TEAMS = Said("Base : {teams} défis qui ont une fiche au {day}", "Base: {teams} teams with a record on {day}")
AND_EIGS = Said("{base}, soit {eigs} EIG", "{base}, that is {eigs} EIGs")
MISSING = Said("Sans fiche : {teams}", "Without a record: {teams}")
EXCLUDED = Said("Non comptés : {teams}", "Left out: {teams}")
RECORDS = Said("Source : fiches des défis", "Source: the teams’ records")
ASKED_HERE = Said(
    "Base : toutes les personnes à qui le questionnaire anonyme a été adressé, ou toutes celles qui y ont répondu. "
    "Les effectifs de moins de cinq ne sont jamais montrés.",
    "Base: all who were asked by the anonymous questionnaire, or all who answered it. Counts under five are never "
    "shown.",
)
SURVEY = Said(
    "Ces chiffres de questionnaires sont repris tels qu’ils ont été publiés.",
    "These counts of questionnaires are taken as they were published.",
)
READING_NOTE = Said(
    "Une lecture n’est comptée que si le membre l’a marquée, à la main ou automatiquement : le nombre mesuré est un "
    "minimum. Les effectifs de moins de cinq ne sont jamais montrés. Les réponses à la question du mois et celles du "
    "questionnaire de fin sont comptées à part.",
    "A digest counts as read only if the member marked it, by hand or automatically: what is measured is a minimum. "
    "Counts under five are never shown. Answers to the month’s question and those of the final questionnaire are "
    "counted apart.",
)
READING_SURVEY = Said("Et d’après le questionnaire :", "And by the questionnaire:")
WRITING_NOTE = Said(
    "Base : les bulletins attendus de chaque défi chaque semaine, pauses déduites, tels que les récapitulatifs les ont "
    "comptés.",
    "Base: the bulletins that were expected of each team each week, without pauses, as the digests counted them.",
)
CALLS_NOTE = Said(
    "Base : toutes les demandes d’aide publiées. Une réponse est une proposition d’aide faite sur le site.",
    "Base: all requests for help. An answer is an offer of help made on the site.",
)
MOODS_NOTE = Said(
    "Base : les bulletins de chaque mois, pour toute la promotion. Les mois où trop peu de défis ont écrit ne sont "
    "pas montrés.",
    "Base: the bulletins of each month, for the whole cohort. Months in which too few teams wrote are not shown.",
)
SQUARES = Said(
    "Dans les rangées de carrés, un carré plein est un « oui », un carré hachuré une réponse inconnue, un carré vide "
    "un « non », un carré en pointillé un défi sans fiche.",
    "In the rows of squares, a full square is a “yes”, a hatched one an unknown answer, an empty one a “no”, a dotted "
    "one a team without a record.",
)
METHOD = Said(
    "La base d’un chiffre est l’ensemble des défis en activité qui ont une fiche et ne sont pas exclus, ou leurs EIG. "
    "Un défi sans fiche est nommé, et n’est jamais compté comme un « non ». « Non renseigné » désigne ceux dont la "
    "fiche ne dit rien sur ce point. Méthode de calcul : version {method}.",
    "The base of a figure is the active teams that have a record and are not left out, or their EIGs. A team without "
    "a record is named, and never counted as a “no”. “Unknown” are those whose record does not tell this. Method of "
    "counting: version {method}.",
)
ALL_FIGURES = Said("Tous les chiffres", "All figures")
CODE = Said("Code", "Code")
FIGURE = Said("Chiffre", "Figure")
NUMBER = Said("Nombre", "Number")
OF = Said("Sur", "Of")
UNKNOWN = Said("Non renseigné", "Unknown")
PEOPLE_CHART = Said("Ce que deviennent les EIG, en personnes", "What becomes of the EIGs, in people")
PEOPLE = Said("EIG", "EIGs")
MONTH = Said("Mois", "Month")
READING_CHART = Said("EIG qui lisent au moins une fois par mois", "EIGs who read at least once a month")
MARKED = Said("Lectures marquées", "Marked as read")
DECLARED = Said("Réponses à la question du mois", "Answers to the month’s question")
MARKED_OF = Said("sur (EIG)", "of (EIGs)")
DECLARED_OF = Said("sur (réponses)", "of (answers)")
WRITING_CHART = Said("Bulletins, mois par mois", "Bulletins, month by month")
ON_TIME = Said("À l’heure", "On time")
LATE = Said("En retard", "Late")
SILENT = Said("Pas de bulletin", "No bulletin")
EXPECTED = Said("Attendus", "Expected")
MOODS_CHART = Said("Humeur des défis, mois par mois", "Mood of the teams, month by month")
BULLETINS = Said("Bulletins", "Bulletins")
READ_BY_MARKS = Said(
    "{n} EIG sur {base} d’après les lectures marquées", "{n} EIGs of {base} by what they marked as read"
)
READ_BY_ANSWERS = Said("{n} sur {base} d’après leurs réponses", "{n} of {base} by their answers")
CHART = Said("Graphique\N{NO-BREAK SPACE}: {title}", "Chart: {title}")
AT_LEAST = Said("au moins {n}", "at least {n}")
OR = Said("ou", "or")
HABITS_CHART = Said("« Lisez-vous les bulletins ? », {people}", "“Do you read the bulletins?”, {people}")
NO_ANSWER = Said("sans réponse à cette question", "no answer to this question")
MOODS: Mapping[str, Said] = {
    "very_hard": Said("Très difficile", "Very hard"),
    "so_so": Said("Mitigée", "So-so"),
    "good": Said("Bonne", "Good"),
    "great": Said("Excellente", "Great"),
}
