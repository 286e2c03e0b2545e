"""The mailbox into which bounces come: a Maildir or a folder of `.eml` files; what was looked at is moved away.

A Maildir's files go to its subfolder `.read`, named as in Maildir++, so that a mail program shows them there; those
of a plain folder go to `read`. Neither is ever read again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

MAILDIR = ("new", "cur")
LARGEST = 256 * 1024  # bytes read of a file: a report comes first, the letter that it returns after it
SEEN = ":2,S"  # the flags that end a file's name in `cur`

log = logging.getLogger(__name__)


def is_maildir(folder: Path) -> bool:
    """Return whether `folder` is a Maildir."""
    return all((folder / name).is_dir() for name in MAILDIR)


def find_files(folder: Path) -> list[Path]:
    """Return the mails in `folder`, in the order of their names. Raises OSError when the folder cannot be read."""
    return sorted(path for path in _entries(folder) if not path.name.startswith(".") and path.is_file())


def read_file(path: Path) -> bytes | None:
    """Return the beginning of a mail; None when it cannot be read: moved by a mail program meanwhile, or not ours."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("%s cannot be read: %s", path, error.strerror)
        return None


def put_away(folder: Path, paths: list[Path]) -> None:
    """Move what was read out of the way. What cannot be moved is logged, and will be looked at again."""
    for number, path in enumerate(paths):
        try:
            path.rename(_place(folder, path))
        except FileNotFoundError:
            continue
        except OSError as error:
            log.warning(
                "%d bounces stay where they are, to be read again each time: %s cannot be moved (%s)",
                len(paths) - number,
                path,
                error.strerror,
            )
            return


def _entries(folder: Path) -> Iterator[Path]:
    if is_maildir(folder):
        for name in MAILDIR:
            yield from (folder / name).iterdir()
    else:
        yield from (path for path in folder.iterdir() if path.suffix == ".eml")


def _place(folder: Path, path: Path) -> Path:
    """Return where `path` goes, in a folder that exists, under a name that is free."""
    if is_maildir(folder):
        for name in ("tmp", "new", "cur"):
            (folder / ".read" / name).mkdir(parents=True, exist_ok=True)
        target, name = folder / ".read" / "cur", path.name.partition(":2,")[0] + SEEN
    else:
        target, name = folder / "read", path.name
        target.mkdir(exist_ok=True)
    number = 0
    while (target / (f"{number}-{name}" if number else name)).exists():
        number += 1
    return target / (f"{number}-{name}" if number else name)
