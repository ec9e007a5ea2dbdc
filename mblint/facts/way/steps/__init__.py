"""A way in words: every step with its place, as `reach` and `graph` show it."""
