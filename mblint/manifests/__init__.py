"""Bytes to documents, with a place for every value. Knows nothing of Kubernetes."""
