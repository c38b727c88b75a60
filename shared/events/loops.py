"""Where a loop of events ends: each says how many of ours led to it, and too many are not handled any more."""

MAX_HOPS = 30  # one because of another, without a person between them; far more than any way of ours has


class Endless(Exception):
    """Some service answers its own events, or one that answers it; this one becomes a dead letter, and the loop ends."""


def bounded(hops: int) -> None:
    if hops > MAX_HOPS:
        raise Endless
