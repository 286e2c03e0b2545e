"""The templates: Jinja as Flask sets it up, strict about unknown names, compiled once and cached on disk."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from pickle import UnpicklingError

from flask import Flask
from jinja2 import FileSystemBytecodeCache, StrictUndefined
from jinja2.bccache import Bucket

from app import i18n, page_notes

OPTIONS = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
COMPILED_BY = ("Jinja2", "MarkupSafe", "Flask", "Flask-Babel")  # what a compiled template depends on besides its source
WRITABLE_BY_OTHERS = 0o022


def init_app(app: Flask) -> None:
    """Set the options, filters and tests of the templates of `app`, before anything else uses its `jinja_env`."""
    folder = Path(app.instance_path, "templates", _compiler_version())
    app.jinja_options = {**OPTIONS, "bytecode_cache": BytecodeCache(str(folder)) if _make_private(folder) else None}
    app.jinja_env.filters.update({function.__name__: function for function in i18n.FILTERS})
    app.jinja_env.tests.update({function.__name__: function for function in i18n.TESTS})
    app.jinja_env.globals.update({function.__name__: function for function in page_notes.FUNCTIONS})


class BytecodeCache(FileSystemBytecodeCache):
    """Compiled templates on disk, so that only the first start ever compiles them.

    A full disk or a truncated file does no harm: the template is compiled again.
    """

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError, EOFError, UnpicklingError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiler_version() -> str:
    """Hash what a compiled template depends on, besides its source and Python, which Jinja checks itself."""
    parts = [
        *(f"{name} {version(name)}" for name in COMPILED_BY),
        *(f"{key}={OPTIONS[key]}" for key in sorted(OPTIONS)),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _make_private(folder: Path) -> bool:
    """Make `folder` and the one that holds it; return whether both are writable by us alone: the files are executed."""
    try:
        for each in (folder.parent, folder):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
            status = each.stat()
            if status.st_uid != os.getuid() or status.st_mode & WRITABLE_BY_OTHERS or not os.access(each, os.W_OK):
                return False
    except OSError:
        return False
    return True
