"""Configuration file formats: one module each, from text to leaves."""
