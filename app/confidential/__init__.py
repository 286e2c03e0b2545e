"""Confidential messages of EIGs to the coordination (« J'aimerais en parler »)."""
