"""Correcting or withdrawing what has been published: one row changes, whatever shows it follows, and a note says so."""
