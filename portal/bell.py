"""Wakes whoever waits for new entries. Only a convenience: nothing is lost when it does not ring."""

ringers = []


def ring():
    """Called after a commit that wrote entries."""
    for ringer in ringers:
        ringer()
