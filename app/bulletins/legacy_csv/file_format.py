"""The CSV file of the earlier PHP tool and ours: rows read, with their lines, and written; their bulletins. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.bulletins.moods import Mood
from app.import_files import FileFault, InvalidFileError, decode, whole_cells
from app.import_files import fault_text as _t
from app.spreadsheets import neutralize_formula, restore_text
from app.teams.roster.values import shown
from app.text_cleaning import clean_line, clean_text
from app.weeks import Week

COLUMNS = (
    "id",
    "project",
    "week_number",
    "spirit",
    "priorities",
    "victories",
    "help",
    "created_at",
    "updated_at",
)
# What a file that members take along has besides, and an import takes back where it is there.
OUR_COLUMNS = ("key_date", "key_date_text", "late", "help_state", "notice", "withdrawn_at")
NOTHING = "—"  # the victories of a bulletin that was withdrawn: they may not be empty
MAX_BYTES = 20_000_000
DELIMITERS = ",;\t|"
# What Excel may have before the header, to say which delimiter follows; saved again it has empty cells behind.
SEPARATOR_LINE = re.compile(r'\s*"?sep=([,;\t|])"?[,;\t|]*\r?\n', re.IGNORECASE)
# PHP's fputcsv does not double a quote after a backslash; such a quote neither ends its cell nor precedes another.
PHP_QUOTE = re.compile(r'\\"(?!["\r\n,;\t|]|$)')
LABEL = re.compile(r"(\d{4})-W?(\d{2})", re.ASCII)
YEARS = range(1970, 2200)
# Selectors of an emoji's black or coloured form, which some exports keep, and other characters that nobody sees.
UNSEEN = re.compile("[\ufe00-\ufe0f\u200b\u2060\ufeff]")
JOINER = "\u200d"  # of several emojis into one; the first is the face
# EMOJI_OF has those of the earlier tool; the others are what people have put in their place.
EMOJIS = {
    Mood.VERY_HARD: "☹🙁😣😖😞😟😠😡😢😩😫😭😔😤🤬😱😨😰😥😓🥺😵🤯🤒🤕🤢🤮😿🙀😾",
    Mood.SO_SO: "😐😑😕😶😬🙄😒🤔🤨🫤😴🥱😪🫥😮",
    Mood.GOOD: "🙂☺☻😊😌😉😇🤗🙃😺",
    Mood.GREAT: "😀😁😃😄😆😎🤩😂🤣😅🥳😍🥰😸😹😻",
}
EMOTICONS = {
    Mood.VERY_HARD: (":(", ":-(", ":'("),
    Mood.SO_SO: (":|", ":-|", ":/", ":-/"),
    Mood.GOOD: (":)", ":-)", ";)", ";-)"),
    Mood.GREAT: (":D", ":-D"),
}
EMOJI_OF = {Mood.VERY_HARD: "☹️", Mood.SO_SO: "😐", Mood.GOOD: "🙂", Mood.GREAT: "😀"}
MOODS = {mood.value: mood for mood in Mood} | {
    face: mood for faces in (EMOJIS, EMOTICONS) for mood, known in faces.items() for face in known
}
# What teams typed into « Demande d'aide » to say that they need none.
NO_HELP = {"", "ras", "r.a.s", "non", "no", "none", "rien", "aucun", "aucune", "néant", "n/a", "-", "–", "—", "/"}


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the line on which it begins, and its cells; None when it has more or fewer cells than columns."""

    line: int
    cells: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Row:
    """The bulletin in a row; its moments are aware. `empty_call`: a call for help that asks for none was left out."""

    line: int
    project: str
    week: Week
    mood: Mood
    priorities: str
    ups_and_downs: str
    help: str
    empty_call: bool
    created_at: datetime
    updated_at: datetime
    key_date: date | None = None
    key_date_text: str = ""
    late: bool = False
    notice: str = ""
    withdrawn_at: datetime | None = None


class BadRowError(ValueError):
    """The row cannot be taken; the message says why."""


def read_records(data: bytes) -> list[Record]:
    """Return the rows of a file, without its header. Raises InvalidFileError when it is not CSV with all COLUMNS."""
    text = PHP_QUOTE.sub(r'\\""', decode(data, MAX_BYTES))
    separator = SEPARATOR_LINE.match(text)
    if separator:
        text = "\n" * separator[0].count("\n") + text[separator.end() :]  # lines keep their numbers
    rows = _rows(text, separator[1] if separator else _delimiter(text))
    first, header = next(rows, (1, []))
    if not header:
        raise InvalidFileError(
            FileFault(1, 1, _t("the file is empty; its first line should be: %(columns)s", columns=",".join(COLUMNS)))
        )
    names = [name.strip(" \t\ufeff").lower() for name in header]
    _check_header(first, names)
    return [Record(line, _cells(names, row)) for line, row in rows]


def write_records(rows: Iterable[Mapping[str, str]]) -> str:
    """Return the text of a file with a header and `rows`, whose keys are COLUMNS; no cell is a formula."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: neutralize_formula(text) for name, text in row.items()} for row in rows)
    return file.getvalue()


def read_row(record: Record, zone: ZoneInfo) -> Row:
    """Return the bulletin in `record`; moments without an offset are in `zone`. Raises BadRowError."""
    if record.cells is None:
        raise BadRowError(_t("not as many cells as columns; a comma or a quote is missing, or there is one too many"))
    cells = dict.fromkeys(OUR_COLUMNS, "") | {name: clean_text(text) for name, text in record.cells.items()}
    for name in ("project", "priorities", "victories"):
        if not cells[name]:
            raise BadRowError(_t("%(name)s is empty", name=name))
    created_at = read_moment("created_at", cells["created_at"], zone)
    # ours says so of a call: one whose whole text is “non” is one
    asks_for_none = not cells["help_state"] and cells["help"].lower().strip(" .!") in NO_HELP
    withdrawn_at = read_moment("withdrawn_at", cells["withdrawn_at"], zone) if cells["withdrawn_at"] else None
    return Row(
        line=record.line,
        project=cells["project"],
        week=read_week(cells["week_number"], created_at),
        mood=read_mood(cells["spirit"]),
        priorities=cells["priorities"],
        ups_and_downs="" if withdrawn_at and cells["victories"] == NOTHING else cells["victories"],
        help="" if asks_for_none else cells["help"],
        empty_call=asks_for_none and cells["help"] != "",
        created_at=created_at,
        updated_at=read_moment("updated_at", cells["updated_at"], zone) if cells["updated_at"] else created_at,
        key_date=read_key_date(cells["key_date"], cells["key_date_text"]),
        key_date_text=clean_line(cells["key_date_text"]),
        late=read_late(cells["late"]),
        notice=clean_line(cells["notice"]),
        withdrawn_at=withdrawn_at,
    )


def read_week(label: str, created_at: datetime) -> Week:
    """Return the week that a label such as `2018-07` means, for a bulletin written at `created_at` in its own zone.

    The earlier tool wrote PHP's `Y-W`, the calendar year with the ISO number of the week, so that one week got two
    labels at New Year. Where `created_at` gives just that label, its ISO week is meant; else the label is an ISO one.
    Raises BadRowError.
    """
    match = LABEL.fullmatch(label)
    if match is None:
        raise BadRowError(_t("week_number “%(label)s” is not a week such as 2018-07", label=shown(label)))
    if f"{created_at:%Y-%V}" == f"{match[1]}-{match[2]}":
        return Week.of(created_at.date())
    try:
        return Week.parse(f"{match[1]}-W{match[2]}")
    except ValueError:
        raise BadRowError(
            _t("week_number “%(label)s”: the year %(year)s has no such week", label=shown(label), year=match[1])
        ) from None


def read_mood(text: str) -> Mood:
    """Return the mood of an emoji or of one of our own words, such as `so_so`. Raises BadRowError."""
    mood = MOODS.get(UNSEEN.sub("", text).partition(JOINER)[0])
    if mood is None:
        raise BadRowError(
            _t("spirit “%(text)s” is no mood; known: %(known)s", text=shown(text), known=" ".join(EMOJI_OF.values()))
        )
    return mood


def read_moment(column: str, text: str, zone: ZoneInfo) -> datetime:
    """Return the moment `text` of `column`, aware and in `zone`. Raises BadRowError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise BadRowError(
            _t("%(column)s “%(text)s” is not a moment such as 2018-02-15 14:30:00", column=column, text=shown(text))
        )
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def read_key_date(day: str, text: str) -> date | None:
    """Return the day of a key date that says `text`; None where both are empty. Raises BadRowError."""
    if not day and not text:
        return None
    if not day or not text:
        raise BadRowError(_t("key_date and key_date_text go together: give both, or leave both empty"))
    try:
        found = date.fromisoformat(day)
    except ValueError:
        found = None
    if found is None or found.year < YEARS.start:
        raise BadRowError(_t("key_date “%(text)s” is not a day such as 2018-02-15", text=shown(day)))
    return found


def read_late(text: str) -> bool:
    """Return whether a bulletin came after the freeze of its week. Raises BadRowError."""
    if text not in {"", "0", "1"}:
        raise BadRowError(_t("late “%(text)s” is neither 1 nor empty", text=shown(text)))
    return text == "1"


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank (Excel writes blank ones as `,,,`), with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in whole_cells(reader):
            if any(restore_text(cell).strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        remedy = _t(
            "the row that begins here is not CSV (%(error)s); close its quotes, and double those inside a cell",
            error=error,
        )
        raise InvalidFileError(FileFault(line, 1, remedy)) from None


def _delimiter(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def _check_header(line: int, names: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        remedy = _t(
            "no column %(missing)s (found: %(present)s); export the bulletins again with all their columns",
            missing=", ".join(missing),
            present=", ".join(names),
        )
        raise InvalidFileError(FileFault(line, 1, remedy))
    duplicate = next((name for name in (*COLUMNS, *OUR_COLUMNS) if names.count(name) > 1), None)
    if duplicate:
        raise InvalidFileError(FileFault(line, 1, _t("the column %(name)s is there twice; remove one", name=duplicate)))


def _cells(names: list[str], row: list[str]) -> Mapping[str, str] | None:
    return dict(zip(names, map(restore_text, row), strict=True)) if len(names) == len(row) else None
