"""How hypothesis runs: by the number of examples, never by the clock, which tells of the machine and not of mblint."""

from hypothesis import HealthCheck, settings

settings.register_profile("mblint", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mblint")
