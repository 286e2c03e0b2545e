"""What a saved bulletin tells the rooms further down the story."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

bulletin_saved = _signals.signal("bulletin-saved")
"""Sent as `bulletin_saved.send(bulletin, now=now)`, inside the transaction, before it is committed."""
