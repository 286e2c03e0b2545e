"""What a figure says, in French and in English: of one, and of several.

`{n}` is its numerator, `{base}` its base, `{s}` the French ending of what the base counts.

These words are frozen with the figures that they tell, in both languages at once: they are no texts of the interface.
Values in, values out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Phrase(NamedTuple):
    """One thing said of one and of several, in each language; `women`, whether its French nouns are feminine."""

    fr_one: str
    fr_many: str
    en_one: str
    en_many: str
    women: bool = False


PHRASES: Mapping[str, Phrase] = {
    "R01": Phrase(
        "{n} outil sur {base} est en production",
        "{n} outils sur {base} sont en production",
        "{n} tool of {base} is in production",
        "{n} tools of {base} are in production",
    ),
    "R02": Phrase(
        "{n} outil sur {base} sera en production d’ici {until}",
        "{n} outils sur {base} seront en production d’ici {until}",
        "{n} tool of {base} will be in production by {until}",
        "{n} tools of {base} will be in production by {until}",
    ),
    "R03": Phrase(
        "{n} défi sur {base} a ouvert son code",
        "{n} défis sur {base} ont ouvert leur code",
        "{n} team of {base} has opened its code",
        "{n} teams of {base} have opened their code",
    ),
    "R04": Phrase(
        "{n} défi sur {base} a ouvert son code ou le fera très prochainement",
        "{n} défis sur {base} ont ouvert leur code ou le feront très prochainement",
        "{n} team of {base} has opened its code or will very soon",
        "{n} teams of {base} have opened their code or will very soon",
    ),
    "R05": Phrase(
        "{n} défi sur {base} a publié une bibliothèque réutilisable",
        "{n} défis sur {base} ont publié des bibliothèques réutilisables",
        "{n} team of {base} has published a reusable library",
        "{n} teams of {base} have published reusable libraries",
    ),
    "R06": Phrase(
        "{n} défi sur {base} a ouvert des jeux de données",
        "{n} défis sur {base} ont ouvert des jeux de données",
        "{n} team of {base} has opened data sets",
        "{n} teams of {base} have opened data sets",
    ),
    "R07": Phrase(
        "{n} défi sur {base} travaille avec le pôle open data",
        "{n} défis sur {base} travaillent avec le pôle open data",
        "{n} team of {base} works with the open data team",
        "{n} teams of {base} work with the open data team",
    ),
    "R08": Phrase(
        "{n} défi sur {base} donne ses données sur demande",
        "{n} défis sur {base} donnent leurs données sur demande",
        "{n} team of {base} gives its data on request",
        "{n} teams of {base} give their data on request",
    ),
    "R09": Phrase(
        "{n} défi sur {base} a organisé des formations ou des événements",
        "{n} défis sur {base} ont organisé des formations ou des événements",
        "{n} team of {base} has held training or events",
        "{n} teams of {base} have held training or events",
    ),
    "R10": Phrase("{n} projet annexe", "{n} projets annexes", "{n} side project", "{n} side projects"),
    "R11": Phrase(
        "{n} défi sur {base} a apporté de nouvelles façons de travailler",
        "{n} défis sur {base} ont apporté de nouvelles façons de travailler",
        "{n} team of {base} has brought new ways of working",
        "{n} teams of {base} have brought new ways of working",
    ),
    "R12": Phrase(
        "{n} équipe sur {base} embauchée, en tout ou partie, par son administration d’accueil",
        "{n} équipes sur {base} embauchées, en tout ou partie, par leur administration d’accueil",
        "{n} team of {base} hired by its host, whole or in part",
        "{n} teams of {base} hired by their hosts, whole or in part",
        women=True,
    ),
    "R13": Phrase(
        "{n} EIG sur {base} reste dans l’administration",
        "{n} EIG sur {base} restent dans l’administration",
        "{n} EIG of {base} stays in the administration",
        "{n} EIGs of {base} stay in the administration",
    ),
    "R14": Phrase(
        "{n} EIG sur {base} toujours en poste chez son administration d’accueil",
        "{n} EIG sur {base} toujours en poste chez leur administration d’accueil",
        "{n} EIG of {base} still employed by the host administration",
        "{n} EIGs of {base} still employed by their host administrations",
    ),
    "R15": Phrase(
        "{n} EIG sur {base} travaille toujours sur son projet",
        "{n} EIG sur {base} travaillent toujours sur leur projet",
        "{n} EIG of {base} still works on the project",
        "{n} EIGs of {base} still work on their projects",
    ),
    "R16": Phrase(
        "{n} EIG sur {base} prolongé",
        "{n} EIG sur {base} prolongés",
        "{n} EIG of {base} extended",
        "{n} EIGs of {base} extended",
    ),
    "R17": Phrase(
        "{n} projet sur {base} prolongé avec un cofinancement du programme",
        "{n} projets sur {base} prolongés avec un cofinancement du programme",
        "{n} project of {base} extended with money from the programme",
        "{n} projects of {base} extended with money from the programme",
    ),
    "R18": Phrase(
        "{n} défi sur {base} dit qui le porte",
        "{n} défis sur {base} disent qui les porte",
        "{n} team of {base} says who carries its challenge on",
        "{n} teams of {base} say who carries their challenges on",
    ),
    "R19": Phrase(
        "{n} défi sur {base} dit qui maintient son outil",
        "{n} défis sur {base} disent qui maintient leur outil",
        "{n} team of {base} says who maintains its tool",
        "{n} teams of {base} say who maintains their tools",
    ),
    "R20": Phrase(
        "{n} outil sur {base} mis en production après la fin",
        "{n} outils sur {base} mis en production après la fin",
        "{n} tool of {base} launched after the end",
        "{n} tools of {base} launched after the end",
    ),
    "R21": Phrase(
        "{n} défi sur {base} a eu des suites",
        "{n} défis sur {base} ont eu des suites",
        "{n} challenge of {base} went on",
        "{n} challenges of {base} went on",
    ),
    "R22": Phrase(
        "{n} fiche sur {base} remplie par les EIG, faute de réponse des mentors",
        "{n} fiches sur {base} remplies par les EIG, faute de réponse des mentors",
        "{n} record of {base} answered by the EIGs for want of the mentors",
        "{n} records of {base} answered by the EIGs for want of the mentors",
        women=True,
    ),
    "R23": Phrase("{n} poste créé", "{n} postes créés", "{n} post created", "{n} posts created"),
    "Q01": Phrase(
        "{n} {person} sur {base} a répondu",
        "{n} {people} sur {base} ont répondu",
        "{n} {person} of {base} has answered",
        "{n} {people} of {base} have answered",
    ),
    "Q02": Phrase(
        "{n} {person} sur {base} est satisfait ou très satisfait des résultats",
        "{n} {people} sur {base} sont satisfaits ou très satisfaits des résultats",
        "{n} {person} of {base} is satisfied or very satisfied with the results",
        "{n} {people} of {base} are satisfied or very satisfied with the results",
    ),
    "Q03": Phrase(
        "le programme a dépassé les attentes de {n} {person} sur {base}",
        "le programme a dépassé les attentes de {n} {people} sur {base}",
        "the programme went beyond the expectations of {n} {person} of {base}",
        "the programme went beyond the expectations of {n} {people} of {base}",
    ),
    "Q04": Phrase(
        "{n} {person} sur {base} lisait les bulletins au moins une fois par mois",
        "{n} {people} sur {base} lisaient les bulletins au moins une fois par mois",
        "{n} {person} of {base} read the bulletins at least once a month",
        "{n} {people} of {base} read the bulletins at least once a month",
    ),
}
UNDATED = Phrase(  # R02, where no month is announced
    "{n} outil sur {base} a une date de mise en production annoncée",
    "{n} outils sur {base} ont une date de mise en production annoncée",
    "{n} tool of {base} has a launch month announced",
    "{n} tools of {base} have a launch month announced",
)
PARTS: Mapping[str, Mapping[str, tuple[str, str]]] = {  # what a figure says of its parts, in French and in English
    "R18": {
        "host": ("{n} par l’administration d’accueil", "{n} by the host administration"),
        "host_with_programme": (
            "{n} par l’administration d’accueil soutenue par un autre programme d’innovation",
            "{n} by the host administration with another innovation programme",
        ),
        "other_administration": ("{n} par une autre administration", "{n} by another administration"),
    },
    "R19": {
        "business_team": (
            "{n} par l’équipe internalisée d’un service métier",
            "{n} by the team of a business department",
        ),
        "it_department": ("{n} par la DSI", "{n} by the IT department"),
        "contractor": ("{n} par un prestataire", "{n} by a contractor"),
        "other": ("{n} autrement", "{n} otherwise"),
        "nobody": ("{n} par personne", "{n} by nobody"),
    },
    "R21": {
        "maintained": ("livrables maintenus pour {n}", "results maintained in {n}"),
        "evolving": ("un outil déjà utilisé continue d’évoluer pour {n}", "a tool in use goes on evolving in {n}"),
        "production_after": ("mise en production après le défi pour {n}", "launched after the challenge in {n}"),
        "beyond": (
            "au-delà du défi (réutilisation, passage à l’échelle) pour {n}",
            "beyond the challenge (reused, scaled up) in {n}",
        ),
    },
}
