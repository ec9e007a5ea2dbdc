"""Judged facts to findings: ignores, groups, fingerprints, baseline, places. Knows nothing of formats."""
