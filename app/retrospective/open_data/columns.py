"""The files of the open data and their columns: what each holds, in the words of those who use it. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from app.help_requests.rules import HelpState
from app.readership.figures.monthly import Frequency, Group
from app.readership.survey import Habit
from app.records.vocabulary import (
    Carrier,
    ClosedReason,
    Maintainer,
    OpeningKind,
    OpeningStatus,
    Responder,
    SurveyPublic,
    ToolState,
    TrainingKind,
)

Type = Literal["string", "integer", "number", "boolean", "date"]


class CountingStatus(StrEnum):
    """What a milestone makes of a team."""

    COUNTED = "compte"
    MISSING = "sans_reponse"
    EXCLUDED = "exclu"
    INACTIVE = "hors_perimetre"  # has a record, but did not work on that day


class Measure(StrEnum):
    """What is told of people, over the whole promotion only."""

    DESTINATION = "destination"
    HIRED = "equipes_embauchees"
    STILL_ON_PROJECT = "toujours_sur_le_projet"
    EXTENDED = "prolonges"
    COFUNDED = "prolongations_cofinancees"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `values` is empty where it may hold anything of its type."""

    name: str
    type: Type
    description: str
    values: Sequence[str] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class DataFile:
    """A CSV file."""

    name: str
    title: str
    columns: tuple[Column, ...]

    @property
    def path(self) -> str:
        return f"{self.name}.csv"


def _required(name: str, kind: Type, description: str, values: Sequence[str] = ()) -> Column:
    return Column(name, kind, description, values, required=True)


PROMOTION = _required("promotion", "string", "La promotion, par son nom court.")
MILESTONE = _required("echeance", "string", "mid : mi-parcours ; end : fin ; after-N : N mois après la fin.")
TEAM = _required("defi", "string", "Le nom du défi.")
PLACE = (PROMOTION, MILESTONE)
MONTH = _required("mois", "string", "Le mois, tel que 2019-03.")

FIGURES = DataFile(
    "chiffres",
    "Les chiffres du bilan, un par ligne",
    (
        *PLACE,
        _required("code", "string", "Le code du chiffre (R01, B02…) ; après un point, l’une de ses parties."),
        _required("libelle", "string", "Ce que le chiffre dit, en une phrase."),
        _required("numerateur", "integer", "Ce qui est compté."),
        Column("denominateur", "integer", "Sur combien ; vide pour une somme."),
        Column("part", "number", "Le numérateur divisé par le dénominateur, de 0 à 1 ; vide quand rien n’est connu."),
        _required("au_moins", "boolean", "Vrai quand le compte exact n’est pas publié : il n’est pas plus petit."),
        _required("sans_reponse", "integer", "Le nombre de défis sans fiche, hors du dénominateur."),
        _required("non_renseigne", "integer", "Dans le dénominateur, ceux dont la réponse n’est pas connue."),
        _required("exclus", "integer", "Le nombre de défis exclus du compte, hors du dénominateur."),
        _required("methode", "string", "D’où vient le chiffre, donc dans quel fichier il se recompte."),
        _required("version", "string", "La version de la définition ; deux versions ne se comparent pas."),
    ),
)
TEAMS = DataFile(
    "defis",
    "Les défis et leur fiche",
    (
        *PLACE,
        TEAM,
        Column("administration", "string", "L’administration d’accueil."),
        _required("statut", "string", "Ce que l’échéance fait du défi.", tuple(CountingStatus)),
        Column("repondu_par", "string", "Qui a rempli la fiche : un rôle, jamais un nom.", tuple(Responder)),
        Column("etat", "string", "Où en est l’outil.", tuple(ToolState)),
        Column("mise_en_production_prevue", "string", "Le mois annoncé, tel que 2020-03."),
        Column("portage", "string", "Qui porte le défi après la fin.", tuple(Carrier)),
        Column("maintenance", "string", "Qui maintient l’outil.", tuple(Maintainer)),
        Column("nouvelles_facons_de_travailler", "boolean", "Le défi en a apporté."),
        Column("postes_crees", "integer", "Le nombre de postes créés."),
        Column("suite_maintenu", "boolean", "Les livrables sont maintenus."),
        Column("suite_evolue", "boolean", "Un outil déjà utilisé continue d’évoluer."),
        Column("suite_production_apres", "boolean", "L’outil a été mis en production après le défi."),
        Column("suite_au_dela", "boolean", "Au-delà du défi : réutilisation, passage à l’échelle."),
        Column("ouvertures_renseignees", "boolean", "Vrai quand ouvertures.csv dit tout de ce défi, même sans ligne."),
        Column("actions_renseignees", "boolean", "Vrai quand actions.csv dit tout de ce défi, même sans ligne."),
        Column("projets_annexes_renseignes", "boolean", "Vrai quand projets_annexes.csv dit tout de ce défi."),
    ),
)
OPENINGS = DataFile(
    "ouvertures",
    "Ce que les défis ont ouvert : code, bibliothèques, données",
    (
        *PLACE,
        TEAM,
        _required("nature", "string", "Ce dont il s’agit.", tuple(OpeningKind)),
        _required("statut", "string", "À quel point c’est ouvert.", tuple(OpeningStatus)),
        Column("titre", "string", "Le titre."),
        Column("adresse", "string", "L’adresse sur le web."),
        Column("motif", "string", "Pourquoi ce n’est pas ouvert.", tuple(ClosedReason)),
    ),
)
EVENTS = DataFile(
    "actions",
    "Les actions de formation et de sensibilisation que les défis ont menées",
    (
        *PLACE,
        TEAM,
        _required("nature", "string", "Ce dont il s’agit.", tuple(TrainingKind)),
        Column("nombre", "integer", "Combien de fois ; vide : au moins une."),
        Column("themes", "string", "Les thèmes, séparés par des barres verticales."),
    ),
)
SIDE_PROJECTS = DataFile(
    "projets_annexes",
    "Ce que les équipes ont fait à côté de leur défi",
    (*PLACE, TEAM, _required("titre", "string", "Le titre.")),
)
PEOPLE = DataFile(
    "suites",
    "Ce que deviennent les EIG, pour toute la promotion",
    (
        *PLACE,
        _required("mesure", "string", "Ce qui est compté.", tuple(Measure)),
        Column("classe", "string", "La destination, pour la mesure « destination »."),
        Column(
            "classes_regroupees", "string", "Les destinations comptées ensemble, séparées par des barres verticales."
        ),
        Column(
            "effectif", "integer", "Combien d’EIG ; d’équipes pour equipes_embauchees et prolongations_cofinancees."
        ),
        _required("total", "integer", "Sur combien."),
        _required("non_renseigne", "integer", "Parmi ce total, ceux dont la réponse n’est pas connue."),
    ),
)
INDICATORS = DataFile(  # https://schema.data.gouv.fr/etalab/schema-impact-service-public-numerique/, version 0.5.0
    "indicateurs",
    "Les indicateurs que les défis se sont donnés",
    (
        _required("administration_rattachement", "string", "L’administration à laquelle le service est rattaché."),
        _required("nom_service_public_numerique", "string", "Le nom du défi."),
        _required("indicateur", "string", "L’intitulé de l’indicateur."),
        _required("valeur", "number", "La valeur à la date indiquée."),
        _required("unite_mesure", "string", "L’unité ; « unité » pour un comptage."),
        _required("est_cible", "boolean", "Vrai : une cible ; faux : une mesure."),
        _required("type_indicateur", "string", "Usage ou impact.", ("usage", "impact")),
        _required(
            "frequence_monitoring",
            "string",
            "Tous les combien l’indicateur est suivi.",
            ("quotidienne", "hebdomadaire", "mensuelle", "annuelle", "trimestrielle", "semestrielle", "autre"),
        ),
        _required("date", "date", "La date de la mesure, ou celle pour laquelle la cible est fixée."),
        _required("est_periode", "boolean", "Vrai : mesuré sur une période ; faux : un stock."),
        Column("date_debut", "date", "Le début de la période."),
        _required("est_automatise", "boolean", "Vrai : la collecte est automatique."),
        _required("source_collecte", "string", "Comment la mesure est faite."),
        Column("denom_insee", "string", "L’échelon géographique."),
        Column("code_insee", "string", "Le code géographique."),
        Column("dataviz_wish", "string", "Le graphique qui convient."),
        Column("commentaires", "string", "Les limites de l’indicateur."),
    ),
)
SURVEYS = DataFile(
    "questionnaires",
    "Les réponses aux questionnaires, par classe",
    (
        _required("public", "string", "Qui a été interrogé.", (*SurveyPublic, "ensemble")),
        _required("question", "string", "La question."),
        _required("classe", "string", "La réponse ; la première de celles qui sont comptées ensemble."),
        Column("classes_regroupees", "string", "Les réponses comptées ensemble, séparées par des barres verticales."),
        Column("effectif", "integer", "Combien ont donné cette réponse."),
        _required("au_moins", "boolean", "Vrai quand le compte exact n’est pas publié : il n’est pas plus petit."),
        Column("reponses", "integer", "Combien ont répondu."),
        _required("sollicites", "integer", "À combien la question a été posée."),
    ),
)
READING = DataFile(
    "lecture",
    "La lecture des bulletins, par mois, telle que publiée",
    (
        PROMOTION,
        Column("mois", "string", "Le mois, tel que 2019-03 ; vide pour tous les mois complets ensemble."),
        _required("public", "string", "De qui il s’agit.", tuple(Group)),
        _required("eligibles", "integer", "Les membres comptés."),
        Column("lecteurs", "integer", "Ceux qui ont marqué un récapitulatif comme lu."),
        Column("plancher", "number", "Les lecteurs divisés par les membres comptés, de 0 à 1."),
        _required("au_moins", "boolean", "Vrai : les lecteurs ne sont pas moins nombreux."),
        Column("declare_reponses", "integer", "Ceux qui ont répondu à la question du mois."),
        _required("declare_reponses_au_moins", "boolean", "Vrai : les réponses ne sont pas moins nombreuses."),
        Column("declare_lecteurs", "integer", "Ceux qui disent lire au moins une fois par mois."),
        _required("declare_lecteurs_au_moins", "boolean", "Vrai : ils ne sont pas moins nombreux."),
        Column("declare_part", "number", "La plus petite part que ces nombres permettent, de 0 à 1."),
        Column("declare_bas", "number", "L’intervalle de confiance à 95 %, de…"),
        Column("declare_haut", "number", "L’intervalle de confiance à 95 %, à…"),
        *(Column(f"declare_{each}", "integer", f"Ont répondu : {each}.") for each in Habit),
        Column("couverture", "number", "La part de ceux dont la lecture se verrait, de 0 à 1."),
        _required("couverture_au_moins", "boolean", "Vrai : elle n’est pas plus petite."),
        Column("estimation", "number", "Une estimation : les lecteurs parmi ceux dont la lecture se verrait."),
        *(Column(f"frequence_{each}", "integer", f"Ont lu : {each}.") for each in (*Habit, Frequency.NONE)),
    ),
)
WRITING = DataFile(
    "bulletins",
    "Les bulletins écrits et l’humeur de la promotion, par mois",
    (
        *PLACE,
        MONTH,
        Column("a_temps", "integer", "Les bulletins parus dans le récapitulatif de leur semaine."),
        Column("en_retard", "integer", "Ceux qui sont arrivés après."),
        Column("manquants", "integer", "Ceux qui étaient attendus et n’ont pas été écrits."),
        Column(
            "humeur_very_hard", "integer", "Les semaines très difficiles ; vide quand moins de cinq défis ont écrit."
        ),
        Column("humeur_so_so", "integer", "Les semaines mitigées."),
        Column("humeur_good", "integer", "Les bonnes semaines."),
        Column("humeur_great", "integer", "Les semaines excellentes."),
    ),
)
CALLS = DataFile(
    "demandes_aide",
    "Les demandes d’aide, sans leur défi ni leur date",
    (
        *PLACE,
        _required("etat", "string", "Ce qu’elle est devenue.", tuple(HelpState)),
        Column("jours_avant_reponse", "number", "Les jours jusqu’à la première proposition d’aide."),
    ),
)
FILES = (
    FIGURES,
    TEAMS,
    OPENINGS,
    EVENTS,
    SIDE_PROJECTS,
    PEOPLE,
    INDICATORS,
    SURVEYS,
    READING,
    WRITING,
    CALLS,
)
