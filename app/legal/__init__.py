"""What the law has a site say of itself: accessibility, legal notice, personal data."""
