"""Input that nobody would write: what mblint must hold to whatever it is given."""
