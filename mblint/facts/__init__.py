"""Graph and settings to rows of facts; one module for each kind. Knows nothing of rule files and output."""
