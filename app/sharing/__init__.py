"""Links that show one team's bulletins to somebody outside, without signing in."""
