"""The delivery of letters: rows, states, leases, SMTP. It does not depend on what the letters are about."""
