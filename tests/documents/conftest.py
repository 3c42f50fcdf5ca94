"""Property tests here touch the disk: on a busy machine an example may take long, and that is no failure."""

from hypothesis import HealthCheck, settings

settings.register_profile("disk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("disk")
