"""`python -m tests.look.sheets FOLDER`: put what `make pictures` has saved into sheets, several pages in one picture.

In FOLDER stands a folder a theme, in it one a language; the sheets of a theme stand beside these.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from PIL import Image

ACROSS, DOWN = 4, 3  # pages in a sheet
EACH, GAP = 480, 8  # the width of one, and what is between them, in pixels


def main(folder: Path) -> None:
    """Make the sheets of each theme."""
    for theme in sorted({path.parent.parent for path in folder.glob("*/??/*.png")}):
        make_sheets(theme)


def make_sheets(theme: Path) -> None:
    """Put the pictures of a width and scheme into sheets, each page as high as it is wide, twice that on a phone."""
    kinds: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in sorted(theme.glob("??/*.png")):
        kinds[path.parent.name, "-".join(path.stem.rsplit("-", 2)[1:])].append(path)
    (theme / "sheets").mkdir(exist_ok=True)
    for (locale, kind), paths in kinds.items():
        high = EACH * (2 if kind.startswith("360") else 1)
        for number, first in enumerate(range(0, len(paths), ACROSS * DOWN)):
            sheet = Image.new("RGB", (ACROSS * (EACH + GAP), DOWN * (high + GAP)), "#888888")
            for at, path in enumerate(paths[first : first + ACROSS * DOWN]):
                sheet.paste(_top(path, high), (at % ACROSS * (EACH + GAP), at // ACROSS * (high + GAP)))
            sheet.save(theme / "sheets" / f"{locale}-{kind}-{number:02}.png")


def _top(path: Path, high: int) -> Image.Image:
    with Image.open(path) as page:
        top = page.crop((0, 0, page.width, min(page.height, high * page.width // EACH)))
        return top.convert("RGB").resize((EACH, max(1, top.height * EACH // page.width)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
