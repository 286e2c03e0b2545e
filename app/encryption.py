"""Encrypt what no copy of the database may tell: with SECRET_KEY; what the keys before it encrypted still opens."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.extensions import settings


def encrypt(purpose: str, text: str) -> str:
    """Return `text` encrypted for one purpose; each time another token, of plain ASCII."""
    return _fernet(purpose, settings().secret_keys).encrypt(text.encode()).decode()


def decrypt(purpose: str, token: str) -> str | None:
    """Return the text that was encrypted for `purpose`; None when it is damaged or no key of ours opens it."""
    try:
        return _fernet(purpose, settings().secret_keys).decrypt(token.encode()).decode()
    except (InvalidToken, UnicodeError):
        return None


@lru_cache(maxsize=32)
def _fernet(purpose: str, keys: tuple[str, ...]) -> MultiFernet:
    """Return what encrypts with the first of `keys` and decrypts with any; a key of its own for each purpose."""
    return MultiFernet([Fernet(_derive(purpose, key)) for key in keys])


def _derive(purpose: str, key: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"bulletins:{purpose}".encode())
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))
