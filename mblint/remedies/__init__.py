"""Remedies: edits as data (RFC 6902), the one writer that shows them, the one function that applies them."""
