"""How many examples the property tests try: few all day long, many in the long run.

`HYPOTHESIS_PROFILE=soak`, or `SOAK` as `make soak` sets it, tries 2,000 of each.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("daily", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", settings.get_profile("daily"), max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("soak" if os.environ.get("SOAK") else "daily"))
