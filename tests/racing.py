"""Several people at the same instant: threads with connections of their own, let go at a barrier.

They may be more than the pool has connections: whoever comes later waits for one, as a request would.
"""

import threading

from django.db import connection


def race(*runners):
    """What each runner returned or raised, in their order; all start together."""
    found = [None] * len(runners)
    barrier = threading.Barrier(len(runners))

    def run(place, runner):
        try:
            barrier.wait(timeout=30)
            found[place] = runner()
        except Exception as error:  # what it raised is what the race is about
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, runner)) for place, runner in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    return found
