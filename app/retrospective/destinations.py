"""Where EIGs go, as it may be published: a class of few stands with its neighbours. Values in, values out.

The figures tell already how many the hosts employ and how many stay in an administration: no class is merged across
these, so that nothing smaller comes back by subtraction.
"""

from __future__ import annotations

from app.readership.figures.disclosure import merge_classes
from app.records.vocabulary import IN_ADMINISTRATION, Destination
from app.retrospective.figures import Figure

KNOWN = tuple(where for where in Destination if where is not Destination.UNKNOWN)
HOST_EMPLOYEES = 1  # R14 counts the first destination, R13 those in an administration


def published_destinations(figure: Figure) -> list[tuple[tuple[Destination, ...], int]]:
    """Return how many EIGs went to each destination, or to several together. `figure` is R13."""
    counts = [(figure.parts or {}).get(where, 0) for where in KNOWN]
    blocks = merge_classes(counts, cuts={HOST_EMPLOYEES, len(IN_ADMINISTRATION)})
    return [(tuple(KNOWN[number] for number in block.classes), block.members) for block in blocks]
