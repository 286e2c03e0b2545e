"""What members follow from outside the site: key dates in their calendar, digests in their feed reader."""
