"""The post office: rows, states, claims, SMTP. It knows nothing of what its letters carry."""
