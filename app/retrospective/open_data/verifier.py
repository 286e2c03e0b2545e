"""Recompte chiffres.csv à partir des autres fichiers de ce dossier, et dit ce qui diffère.

Usage : python3 verifier.py [DOSSIER]

Python 3.11 ou plus récent suffit ; rien d’autre n’est à installer, et rien n’est envoyé nulle part. Le programme se
termine par 0 quand tout s’accorde, par 1 sinon.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Row = dict[str, str]
Tables = dict[str, list[Row]]
# code, numerator, denominator (None for a sum), at least, without an answer, unknown, excluded
Line = tuple[str, int, "int | None", bool, int, int, int]

NAMES = (
    "chiffres",
    "defis",
    "ouvertures",
    "actions",
    "projets_annexes",
    "suites",
    "questionnaires",
    "lecture",
    "bulletins",
    "demandes_aide",
)
PRODUCTION = {"production", "production_evolving"}
ADMINISTRATIONS = {"host_employee", "host_contractor", "other_admin_employee", "other_admin_contractor"}
CARRIERS = ("host", "host_with_programme", "other_administration")
MAINTAINERS = ("business_team", "it_department", "contractor", "other", "nobody")
OUTCOMES = {
    "maintained": "suite_maintenu",
    "evolving": "suite_evolue",
    "production_after": "suite_production_apres",
    "beyond": "suite_au_dela",
}
HEADLINES = {"results": "Q02", "expectations": "Q03", "reading": "Q04"}
PUBLISHED = "chiffres_publies."
PUBLISHED_CLASSES = {
    "satisfied_results": ("Q02", {"4_5"}),
    "beyond_expectations": ("Q03", {"5"}),
    "reading": ("Q04", {"every_week", "twice_a_month", "once_a_month"}),
}


def recount(tables: Tables, milestone: str) -> list[Line]:
    """Count every figure of a milestone from the other files."""
    return [
        *_of_records(tables, milestone),
        *_since_the_end(tables, milestone),
        *_of_people(tables["suites"], *_apart(tables, milestone)),
        *_of_surveys(tables["questionnaires"]),
        *_of_reading(tables["lecture"]),
        *_of_writing(tables["bulletins"]),
        *_of_calls(tables["demandes_aide"]),
    ]


def published(tables: Tables) -> list[Line]:
    """Read the figures as chiffres.csv has them."""
    return [
        (
            row["code"],
            int(row["numerateur"]),
            _number(row["denominateur"]),
            row["au_moins"] == "true",
            int(row["sans_reponse"]),
            int(row["non_renseigne"]),
            int(row["exclus"]),
        )
        for row in tables["chiffres"]
    ]


def differences(tables: Tables) -> list[str]:
    """Say each line of chiffres.csv that cannot be counted again, and each that should be there and is not."""
    said, counted = Counter(published(tables)), Counter(recount(tables, _milestone(tables)))
    faults = [
        f"{_in_words(line)} : publié, mais les autres fichiers ne donnent pas ce compte" for line in said - counted
    ]
    faults += [f"{_in_words(line)} : recompté, mais absent de chiffres.csv" for line in counted - said]
    return sorted(faults) + [
        f"{row['code']} : la part {row['part']} n’est pas {row['numerateur']} sur {row['denominateur']}"
        for row in tables["chiffres"]
        if not _is_share(row)
    ]


def read_tables(folder: Path) -> Tables:
    """Read the files of a folder."""
    tables = {}
    for name in NAMES:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    return tables


def _of_records(tables: Tables, milestone: str) -> Iterator[Line]:
    """Count what a record tells of its challenge."""
    teams = [row for row in tables["defis"] if row["echeance"] == milestone and row["statut"] == "compte"]
    if not teams:
        return
    missing, excluded = _apart(tables, milestone)

    def line(code: str, verdicts: list[bool | None]) -> Line:
        return code, verdicts.count(True), len(verdicts), False, missing, verdicts.count(None), excluded

    def opened(kind: str, *statuses: str) -> list[bool | None]:
        return [_any(found, statuses) for found in _openings(tables, teams, kind)]

    yield line("R01", [_in_production(team) for team in teams])
    yield line("R02", [_is_planned(team) for team in teams])
    yield line("R03", opened("source_code", "open"))
    yield line("R04", opened("source_code", "open", "soon"))
    yield line("R05", opened("library", "open"))
    yield line("R06", opened("data_set", "open"))
    yield line("R07", opened("data_set", "with_open_data_team"))
    on_request = _openings(tables, teams, "data_set")
    yield line(
        "R08", [None if found is None else "on_request" in found and "open" not in found for found in on_request]
    )
    held = {row["defi"] for row in tables["actions"] if row["nombre"] != "0"}
    yield line("R09", [team["defi"] in held if team["actions_renseignees"] == "true" else None for team in teams])
    yield line("R11", [_flag(team["nouvelles_facons_de_travailler"]) for team in teams])
    if milestone.startswith("after-"):
        yield line("R22", [team["repondu_par"] == "eig" if team["repondu_par"] else None for team in teams])
    yield from _shares(teams, line)
    told = [team for team in teams if team["projets_annexes_renseignes"] == "true"]
    if told:
        yield "R10", len(tables["projets_annexes"]), None, False, missing, len(teams) - len(told), excluded
    posts = [int(team["postes_crees"]) for team in teams if team["postes_crees"]]
    if posts:
        yield "R23", sum(posts), None, False, missing, len(teams) - len(posts), excluded


def _shares(teams: list[Row], line: Callable[[str, list[bool | None]], Line]) -> Iterator[Line]:
    """Count who carries each challenge on, who maintains its tool, what became of it."""
    for code, column, words in (("R18", "portage", CARRIERS), ("R19", "maintenance", MAINTAINERS)):
        yield line(code, [True if team[column] else None for team in teams])
        for word in words:
            yield line(f"{code}.{word}", [team[column] == word if team[column] else None for team in teams])
    columns = list(OUTCOMES.values())
    yield line("R21", [any(team[c] == "true" for c in columns) if team[columns[0]] else None for team in teams])
    for word, column in OUTCOMES.items():
        yield line(f"R21.{word}", [_flag(team[column]) for team in teams])


def _since_the_end(tables: Tables, milestone: str) -> Iterator[Line]:
    """Count what is in production now and was not at the end, over the teams with a record at both."""
    if not milestone.startswith("after-"):
        return
    at_end = {row["defi"]: row for row in tables["defis"] if row["echeance"] == "end"}
    teams = [row for row in tables["defis"] if row["echeance"] == milestone and row["statut"] != "hors_perimetre"]
    is_excluded = {
        team["defi"]: "exclu" in {team["statut"], at_end.get(team["defi"], {}).get("statut")} for team in teams
    }
    both = [
        (team, at_end[team["defi"]])
        for team in teams
        if not is_excluded[team["defi"]]
        and team["statut"] == "compte"
        and at_end.get(team["defi"], {}).get("statut") in {"compte", "hors_perimetre"}
    ]
    if both and any(team["statut"] == "compte" for team in teams):
        states = [(_in_production(now), _in_production(then)) for now, then in both]
        excluded = sum(is_excluded.values())
        unknown = sum(None in pair for pair in states)
        missing = len(teams) - excluded - len(both)
        yield "R20", states.count((True, False)), len(both), False, missing, unknown, excluded


def _of_people(rows: list[Row], missing: int, excluded: int) -> Iterator[Line]:
    """Take what is told of people: of the whole promotion, so that nothing is told of a team of two."""

    def line(code: str, number: int, row: Row) -> Line:
        return code, number, int(row["total"]), False, missing, int(row["non_renseigne"]), excluded

    destinations = [row for row in rows if row["mesure"] == "destination"]
    if destinations:
        staying = sum(_number(row["effectif"]) or 0 for row in destinations if row["classe"] in ADMINISTRATIONS)
        hired = sum(_number(row["effectif"]) or 0 for row in destinations if row["classe"] == "host_employee")
        yield line("R13", staying, destinations[0])
        yield line("R14", hired, destinations[0])
    codes = {
        "equipes_embauchees": "R12",
        "toujours_sur_le_projet": "R15",
        "prolonges": "R16",
        "prolongations_cofinancees": "R17",
    }
    for row in rows:
        if row["mesure"] in codes:
            yield line(codes[row["mesure"]], _number(row["effectif"]) or 0, row)


def _of_surveys(rows: list[Row]) -> Iterator[Line]:
    """Count the answers of each public: as they may be told where it was asked here, else as they were published."""
    for public in ("eig", "mentor"):
        own = [row for row in rows if row["public"] == public]
        for row in own:
            number, base = _number(row["effectif"]) or 0, _number(row["reponses"]) or 0
            if row["question"] in {"participation", f"{PUBLISHED}participation"}:
                yield "Q01", number, int(row["sollicites"]), False, 0, 0, 0
            elif row["classe"] == "chiffre" and row["question"] in HEADLINES:
                yield _bounded(HEADLINES[row["question"]], number, base, row["au_moins"])
        for question, (code, classes) in PUBLISHED_CLASSES.items():
            of_question = [row for row in own if row["question"] == f"{PUBLISHED}{question}"]
            if of_question:
                answered = int(of_question[0]["reponses"])
                number = sum(int(row["effectif"]) for row in of_question if row["classe"] in classes)
                unknown = answered - sum(int(row["effectif"]) for row in of_question)
                yield code, number, answered, False, 0, unknown, 0


def _of_reading(rows: list[Row]) -> Iterator[Line]:
    """Take reading as published: a lower bound stays one, and those above it are not told."""
    for row in rows:
        if row["public"] != "eig":
            continue
        everybody = int(row["eligibles"])
        if row["lecteurs"]:
            yield _bounded("B01", int(row["lecteurs"]), everybody, row["au_moins"])
        if row["mois"] and row["declare_lecteurs"]:
            base = everybody if row["declare_reponses_au_moins"] == "true" else int(row["declare_reponses"])
            yield _bounded("B01", int(row["declare_lecteurs"]), base, row["declare_lecteurs_au_moins"])


def _bounded(code: str, number: int, base: int, at_least: str) -> Line:
    is_bound = at_least == "true"
    return code, number, base, is_bound, 0, base - number if is_bound else 0, 0


def _of_writing(rows: list[Row]) -> Iterator[Line]:
    """Count the bulletins of all months, and the good weeks of each."""
    if not rows:
        return
    written = sum(int(row["a_temps"]) + int(row["en_retard"]) for row in rows)
    yield "B02", written, written + sum(int(row["manquants"]) for row in rows), False, 0, 0, 0
    for row in rows:
        moods = [_number(row[f"humeur_{mood}"]) for mood in ("very_hard", "so_so", "good", "great")]
        counts = [count for count in moods if count is not None]
        if counts:
            yield "B04", sum(counts[2:]), sum(counts), False, 0, 0, 0


def _of_calls(rows: list[Row]) -> Iterator[Line]:
    if not rows:
        return
    unknown = sum(row["etat"] == "archived" for row in rows)
    yield "B03", sum(bool(row["jours_avant_reponse"]) for row in rows), len(rows), False, 0, unknown, 0
    yield "B03", sum(row["etat"] == "resolved" for row in rows), len(rows), False, 0, unknown, 0


def _apart(tables: Tables, milestone: str) -> tuple[int, int]:
    """Count the teams without a record, and those that are excluded."""
    statuses = [row["statut"] for row in tables["defis"] if row["echeance"] == milestone]
    return statuses.count("sans_reponse"), statuses.count("exclu")


def _openings(tables: Tables, teams: Iterable[Row], kind: str) -> list[set[str] | None]:
    """For each team how open its things of a kind are; None where its record does not tell."""
    found: dict[str, set[str]] = {}
    for row in tables["ouvertures"]:
        if row["nature"] == kind:
            found.setdefault(row["defi"], set()).add(row["statut"])
    return [found.get(t["defi"], set()) if t["ouvertures_renseignees"] == "true" else None for t in teams]


def _any(found: set[str] | None, wanted: Iterable[str]) -> bool | None:
    return None if found is None else not found.isdisjoint(wanted)


def _in_production(team: Row) -> bool | None:
    return team["etat"] in PRODUCTION if team["etat"] else None


def _is_planned(team: Row) -> bool | None:
    if team["etat"] == "planned":
        return True if team["mise_en_production_prevue"] else None
    return False if team["etat"] else None


def _flag(cell: str) -> bool | None:
    return cell == "true" if cell else None


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


def _is_share(row: Row) -> bool:
    base = _number(row["denominateur"])
    if not base or base == int(row["non_renseigne"]):
        return row["part"] == ""
    return bool(row["part"]) and abs(float(row["part"]) - int(row["numerateur"]) / base) < 1e-5  # noqa: PLR2004


def _milestone(tables: Tables) -> str:
    """Return the milestone that the files are of; without a figure, nothing of it can be counted either."""
    return tables["chiffres"][0]["echeance"] if tables["chiffres"] else tables["defis"][0]["echeance"]


def _in_words(line: Line) -> str:
    code, number, base, at_least, missing, unknown, excluded = line
    told = f"{code} : {'au moins ' if at_least else ''}{number}" + ("" if base is None else f" sur {base}")
    return f"{told} ({missing} sans réponse, {unknown} non renseignés, {excluded} exclus)"


def main(arguments: list[str]) -> int:
    """Check the folder that is named, or the one that this file is in."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    try:
        tables = read_tables(folder)
        faults = differences(tables)
    except (OSError, KeyError, ValueError, IndexError) as error:
        sys.stderr.write(f"Les fichiers de {folder} ne se lisent pas : {type(error).__name__}, {error}\n")
        return 1
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    if faults:
        sys.stdout.write(f"{len(faults)} différences.\n")
        return 1
    days = [float(row["jours_avant_reponse"]) for row in tables["demandes_aide"] if row["jours_avant_reponse"]]
    if days:
        median = f"{statistics.median(days):g}".replace(".", ",")
        sys.stdout.write(f"Première réponse aux demandes d’aide : {median} jours (médiane).\n")
    sys.stdout.write(f"{len(tables['chiffres'])} lignes de chiffres.csv recomptées : toutes s’accordent.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
