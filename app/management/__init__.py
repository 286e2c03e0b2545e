"""The coordination's rooms: first run, cohorts, people and teams, the audit log; the frame of all of them."""
