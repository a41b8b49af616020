"""For all tests: how hypothesis runs. No test asserts on time, so a slow machine must not fail one."""

from hypothesis import HealthCheck, settings

settings.register_profile("holdfast", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("holdfast")
