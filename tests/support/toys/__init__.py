"""A kind of facts that only tests have, and a rule about it: what a new kind and a new rule consist of."""

from pathlib import Path

RULES = Path(__file__).parent / "rules"
