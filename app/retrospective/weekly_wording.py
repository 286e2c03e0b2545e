"""What a figure of the weekly bulletins says, in French and in English, as `wording` has it for the others.

`{month}` is the month that it is of. Values in, values out.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.retrospective.wording import Phrase

WEEKLY_PHRASES: Mapping[str, Phrase] = {
    "B01": Phrase(
        "{n} EIG sur {base} a marqué un récapitulatif comme lu en {month}",
        "{n} EIG sur {base} ont marqué un récapitulatif comme lu en {month}",
        "{n} EIG of {base} marked a digest as read in {month}",
        "{n} EIGs of {base} marked a digest as read in {month}",
    ),
    "B01.declared": Phrase(
        "{n} EIG sur {base} répondant{s} en {month} lit les bulletins au moins une fois par mois",
        "{n} EIG sur {base} répondant{s} en {month} lisent les bulletins au moins une fois par mois",
        "{n} EIG of {base} who answered in {month} reads the bulletins at least once a month",
        "{n} EIGs of {base} who answered in {month} read the bulletins at least once a month",
    ),
    "B01.declared_of_all": Phrase(  # where it is not published how many answered
        "{n} EIG sur {base} dit en {month} lire les bulletins au moins une fois par mois",
        "{n} EIG sur {base} disent en {month} lire les bulletins au moins une fois par mois",
        "{n} EIG of {base} said in {month} that they read the bulletins at least once a month",
        "{n} EIGs of {base} said in {month} that they read the bulletins at least once a month",
    ),
    "B01.period": Phrase(
        "{n} EIG sur {base} a lu les bulletins au moins une fois par mois",
        "{n} EIG sur {base} ont lu les bulletins au moins une fois par mois",
        "{n} EIG of {base} has read the bulletins at least once a month",
        "{n} EIGs of {base} have read the bulletins at least once a month",
    ),
    "B02": Phrase(
        "{n} bulletin écrit sur {base} attendu{s}",
        "{n} bulletins écrits sur {base} attendu{s}",
        "{n} bulletin written of {base} expected",
        "{n} bulletins written of {base} expected",
    ),
    "B03": Phrase(
        "{n} demande d’aide sur {base} a reçu une réponse",
        "{n} demandes d’aide sur {base} ont reçu une réponse",
        "{n} request for help of {base} was answered",
        "{n} requests for help of {base} were answered",
        women=True,
    ),
    "B03.resolved": Phrase(
        "{n} demande d’aide sur {base} est résolue",
        "{n} demandes d’aide sur {base} sont résolues",
        "{n} request for help of {base} is resolved",
        "{n} requests for help of {base} are resolved",
        women=True,
    ),
    "B04": Phrase(
        "{n} semaine sur {base} bonne ou excellente, d’après les bulletins écrits en {month}",
        "{n} semaines sur {base} bonnes ou excellentes, d’après les bulletins écrits en {month}",
        "{n} week of {base} good or great, by the bulletins written in {month}",
        "{n} weeks of {base} good or great, by the bulletins written in {month}",
        women=True,
    ),
}
WEEKLY_PARTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {  # the third: in French of one, where that is another word
    "B02": {
        "on_time": ("{n} à temps", "{n} on time"),
        "late": ("{n} en retard", "{n} late"),
    },
    "B04": {
        "very_hard": ("{n} très difficiles", "{n} very hard", "{n} très difficile"),
        "so_so": ("{n} mitigées", "{n} so-so", "{n} mitigée"),
        "good": ("{n} bonnes", "{n} good", "{n} bonne"),
        "great": ("{n} excellentes", "{n} great", "{n} excellente"),
    },
}
