"""The reports of a fleet, one module for each format. Each is written piece by piece, as environments come in."""
