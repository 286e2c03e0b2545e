"""Proof under fire: real processes killed at named and at random moments, a relay that misbehaves, and an account."""
