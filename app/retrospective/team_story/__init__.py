"""One team's months in the programme: a page, a draft for its own report, and a sheet for the closing event."""
