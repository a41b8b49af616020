"""Records without times, which no two runs share."""

MARKS_OF_TIME = {"seconds", "started", "finished"}


def timeless(value: object) -> object:
    """A record without what may differ between two runs of the same: times."""
    if isinstance(value, dict):
        return {k: timeless(v) for k, v in value.items() if k not in MARKS_OF_TIME}
    return [timeless(v) for v in value] if isinstance(value, list | tuple) else value
