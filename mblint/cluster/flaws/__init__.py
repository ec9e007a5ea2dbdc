"""What the API server refuses of objects that can be read: a module for each family of kinds."""
