"""A promotion of five teams at its end and twelve months after: one did not answer then, one is excluded at the end."""

from __future__ import annotations

TEAMS = ("Brancard", "Cadastre", "Jachère", "Lampadaire", "Phare")
END = """\
promotion: promotion-3
milestone: {key: end, 'on': 2019-11-08}
exclusions:
- {team: Phare, reason: modalités particulières}
heads: {Brancard: 2, Cadastre: 3, Jachère: 2, Lampadaire: 2, Phare: 2}
records:
- {team: Brancard, answered_by: eig, state: planned, planned_on: 2020-01, openings: [], carried_by: host}
- {team: Cadastre, answered_by: eig, state: production, openings: [{kind: source_code, status: open}], carried_by: host}
- {team: Jachère, answered_by: mentor, state: development, openings: [{kind: source_code, status: soon}]}
- {team: Lampadaire, answered_by: eig}
- {team: Phare, answered_by: eig, state: production, carried_by: host}
"""
AFTER = """\
promotion: promotion-3
milestone: {key: after-12, 'on': 2020-11-09}
exclusions: []
heads: {Brancard: 2, Cadastre: 3, Jachère: 2, Lampadaire: 2, Phare: 2}
records:
- team: Brancard
  answered_by: mentor
  state: production
  openings: [{kind: source_code, status: open}, {kind: data_set, status: on_request}]
  events: [{kind: demo, count: 2, themes: [open_data, design]}]
  side_projects: [Un carnet]
  people: {host_employee: 2, still_on_project: 1}
  extension: {extended: 2, cofunded_by_programme: true}
  carried_by: host
  maintained_by: it_department
  new_approaches: true
  posts_created: 2
  outcomes: [maintained, production_after]
- team: Cadastre
  answered_by: eig
  state: production_evolving
  openings: [{kind: source_code, status: open}, {kind: library, status: open}, {kind: data_set, status: open}]
  events: []
  side_projects: [Une carte, {title: Un jeu, text: De plateau}]
  people: {host_employee: 1, other_admin_contractor: 1, private: 1, still_on_project: 2}
  extension: {extended: 0}
  carried_by: host_with_programme
  maintained_by: business_team
  new_approaches: false
  posts_created: 1
  outcomes: [evolving, maintained, beyond]
- team: Jachère
  answered_by: eig
  state: stopped
  openings: []
  people: {private: 1, unknown: 1}
  maintained_by: nobody
  outcomes: []
- {team: Phare, answered_by: coordination, state: production, carried_by: other_administration}
"""
