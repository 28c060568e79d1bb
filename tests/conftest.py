"""Settings every test shares."""

from hypothesis import settings

# A first draw loads lexicons or clients; how long that takes says nothing about the code under test.
settings.register_profile("chartbrief", deadline=None)
settings.load_profile("chartbrief")
