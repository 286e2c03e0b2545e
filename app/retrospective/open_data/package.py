"""What describes the files: a data package with a Table Schema each, a DCAT record, a text for people.

Data Package and Table Schema: https://specs.frictionlessdata.io/; DCAT: https://www.w3.org/TR/vocab-dcat-3/. Values in,
values out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.documents.markdown_text import escape
from app.retrospective.figures import METHOD
from app.retrospective.open_data.columns import FILES, Column, DataFile
from app.retrospective.open_data.source import OpenDataSource

METHOD_TEXT = Path(__file__).with_name("methode.md").read_text(encoding="utf-8")
LICENCE = "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf"
IMPACT_SCHEMA = "https://schema.data.gouv.fr/etalab/schema-impact-service-public-numerique/0.5.0/"
MEDIA_TYPE = "https://www.iana.org/assignments/media-types/text/csv"


def data_package(source: OpenDataSource) -> bytes:
    """Return `datapackage.json`."""
    return _json(
        {
            "profile": "tabular-data-package",
            "name": f"bilan-{source.promotion}-{source.milestone.key}",
            "title": _title(source),
            "version": METHOD,
            "licenses": [{"name": "etalab-2.0", "title": "Licence Ouverte 2.0", "path": LICENCE}],
            "resources": [_resource(file) for file in FILES],
        }
    )


def dcat(source: OpenDataSource) -> bytes:
    """Return `dcat.jsonld`; its URLs are relative to its own."""
    return _json(
        {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            },
            "@id": "datapackage.json",
            "@type": "dcat:Dataset",
            "dct:title": {"@value": _title(source), "@language": "fr"},
            "dct:description": {"@value": "Les chiffres du bilan, et de quoi les recompter.", "@language": "fr"},
            "dct:publisher": {"@type": "http://xmlns.com/foaf/0.1/Organization", "dct:title": "Programme EIG"},
            "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/FRA"},
            "dct:license": {"@id": LICENCE},
            "dct:temporal": {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": {"@value": source.starts_on.isoformat(), "@type": "xsd:date"},
                "dcat:endDate": {"@value": max(source.ends_on, source.day).isoformat(), "@type": "xsd:date"},
            },
            "dcat:keyword": ["entrepreneurs d’intérêt général", "bilan", source.promotion],
            "dcat:distribution": [
                {
                    "@type": "dcat:Distribution",
                    "dct:title": {"@value": file.title, "@language": "fr"},
                    "dct:license": {"@id": LICENCE},
                    "dcat:accessURL": {"@id": file.path},
                    "dcat:downloadURL": {"@id": file.path},
                    "dcat:mediaType": {"@id": MEDIA_TYPE},
                }
                for file in FILES
            ],
        }
    )


def readme(source: OpenDataSource) -> bytes:
    """Return `LISEZMOI.md`: the files, how figures are counted, what they cannot say."""
    return "\n".join(_lines(source)).encode() + b"\n"


def _lines(source: OpenDataSource) -> Iterator[str]:
    yield from (f"# {escape(_title(source))}", "", METHOD_TEXT, "## Qui est compté", "")
    milestone = source.milestone
    nobody = "aucun défi"
    yield f"- Comptés : {escape(', '.join(milestone.counted)) or nobody}."
    yield f"- Sans réponse : {escape(', '.join(milestone.missing)) or nobody}."
    excluded = [f"{each.team} ({each.reason})" for each in milestone.left_out]
    yield f"- Exclus : {escape(' ; '.join(excluded)) or nobody}."
    for public, counts in milestone.surveys.items():
        told = escape(counts.source or "non précisée")
        yield f"- Questionnaire ({public}) : chiffres publiés, source : {told}."
    for results in source.results:
        yield f"- Questionnaire ({results.public}) : anonyme, clos le {results.closed_on}."
    yield from ("", "## Les fichiers", "")
    for file in FILES:
        yield from (f"### `{file.path}` : {file.title}", "", "| colonne | type | contenu |", "|---|---|---|")
        for column in file.columns:
            values = f" Valeurs : {', '.join(f'`{value}`' for value in column.values)}." if column.values else ""
            yield f"| `{column.name}` | {column.type} | {column.description}{values} |"
        yield ""


def _resource(file: DataFile) -> dict[str, object]:
    return {
        "name": file.name.replace("_", "-"),
        "title": file.title,
        "path": file.path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "doubleQuote": True, "lineTerminator": "\n", "header": True},
        "schema": {
            "fields": [_field(column) for column in file.columns],
            "missingValues": [""],
            **({"homepage": IMPACT_SCHEMA} if file.name == "indicateurs" else {}),
        },
    }


def _field(column: Column) -> dict[str, object]:
    constraints: dict[str, bool | Sequence[str]] = {"required": True} if column.required else {}
    if column.values:
        constraints["enum"] = [str(value) for value in column.values]
    field: dict[str, object] = {"name": column.name, "type": column.type, "description": column.description}
    return field | ({"constraints": constraints} if constraints else {})


def _title(source: OpenDataSource) -> str:
    return f"Bilan, {source.promotion_name}, échéance « {source.milestone.key} » ({source.day.isoformat()})"


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"
