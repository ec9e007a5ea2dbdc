"""How long containers take to start, what memory they need, and what their probes and limits leave them."""
