"""For whoever runs the site: health, metrics, backup and restoration."""
