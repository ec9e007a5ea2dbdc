"""Rule files, and what they say of facts. Knows nothing of how facts come about."""
