"""Passwords on both sides, and references to the objects that hold them."""
