"""What policies say: read from manifests, not yet asked."""
