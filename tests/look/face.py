"""`python -m tests.look.face`: make the face of the product from Adobe's Source Sans 3, as its release on npm has it.

One variable file: Latin of all Europe, the marks and spaces of French typography, a few arrows and signs; weights 400
to 700. Its licence (SIL Open Font License 1.1) reserves the name « Source » for the original, so the subset has a name
of its own. The file's name holds a hash of its content, so that browsers may keep it for good.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

PACKAGE = "source-sans@3.52.0"
MEMBER = "package/VF/SourceSans3VF-Upright.ttf"
FOLDER = Path(__file__).parents[2] / "app" / "static" / "fonts"
NAME, FAMILY = "bulletins-sans", "Bulletins Sans"
CHARACTERS = [
    *(range(0x20, 0x7F), range(0xA0, 0x180), range(0x218, 0x21C), range(0x300, 0x30D)),  # Latin; accents apart
    *(range(0x2010, 0x2016), range(0x2018, 0x201F), range(0x2020, 0x2023), range(0x2190, 0x2194)),
    [0x2BC, 0x2C6, 0x2DA, 0x2DC, 0x327, 0x1E9E, 0x2B3, 0x1D49],
    [0x2009, 0x200A, 0x2026, 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x20AC, 0x2116, 0x2122],
    [0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x25A0, 0x25B2, 0x25BC, 0x25CB, 0x25CF, 0x2713, 0x2715],
]
FEATURES = ["kern", "mark", "ccmp", "locl", "tnum", "case"]
FAMILY_NAMES = {1: FAMILY, 3: FAMILY, 4: FAMILY, 6: FAMILY.replace(" ", ""), 16: FAMILY, 25: FAMILY.replace(" ", "")}


def main() -> int:
    """Write the file in place of the one before; return the exit status."""
    with TemporaryDirectory() as folder:
        narrowed = Path(folder) / "narrowed.ttf"
        instantiateVariableFont(TTFont(_fetch(Path(folder))), {"wght": (400, 700)}).save(narrowed)
        font = TTFont(narrowed)
        options = Options(layout_features=FEATURES, flavor="woff2", hinting=False, name_IDs=["*"])
        subsetter = Subsetter(options)
        subsetter.populate(unicodes={character for part in CHARACTERS for character in part})
        subsetter.subset(font)
        for record in font["name"].names:
            record.string = FAMILY_NAMES.get(record.nameID, record.toUnicode())
        font.flavor = "woff2"
        made = Path(folder) / "made.woff2"
        font.save(made)
        content = made.read_bytes()
    for old in FOLDER.glob(f"{NAME}.*.woff2"):
        old.unlink()
    path = FOLDER / f"{NAME}.{hashlib.sha256(content).hexdigest()[:12]}.woff2"
    path.write_bytes(content)
    sys.stdout.write(f"{path.name}: {len(content):,} bytes. Name it in theme-neutral.css and app/assets.py.\n")
    return 0


def _fetch(folder: Path) -> Path:
    """Return the original font, out of its package."""
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (package,) = folder.glob("*.tgz")
    with tarfile.open(package) as archive:
        archive.extract(MEMBER, folder, filter="data")
    return folder / MEMBER


if __name__ == "__main__":
    sys.exit(main())
