"""The way of a connection in words, step by step."""
