"""How many drafts a person must read so that few bad ones leave unread: bounds of acceptance sampling.

Of n drafts drawn at random from a lot, k are bad. The one-sided upper bound p of Clopper and Pearson (Biometrika 26,
1934, p. 404) for the lot's share of bad drafts, at confidence 1 - a, is where k or fewer are found with probability a:
sum over i <= k of C(n, i) p^i (1 - p)^(n - i) = a. For k = 0 that is p = 1 - a^(1/n), which is about 3/n at 95 %
(Hanley and Lippman-Hand, JAMA 249, 1983, p. 1743). A lot that is not much bigger than n is better than the bound says.
"""

from math import ceil, exp, lgamma, log, log1p


def sample_size(bad_share: float, confidence: float) -> int:
    """How many drafts to read, all of them good, so that at most this share of the lot is bad."""
    return ceil(log(1 - confidence) / log1p(-bad_share))


def upper_bound(read: int, bad: int, confidence: float) -> float:
    """The share of bad drafts in the lot that is exceeded with a probability of 1 - confidence at most."""
    if bad >= read:
        return 1.0
    low, high = bad / read, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(bad, read, middle) > 1 - confidence else (low, middle)
    return high


def at_most(bad: int, read: int, share: float) -> float:
    """The probability of at most so many bad ones among those read, where the lot has this share of them."""
    if share in (0.0, 1.0):
        return float(share == 0.0)
    return sum(exp(_chosen(read, i) + i * log(share) + (read - i) * log1p(-share)) for i in range(bad + 1))


def _chosen(of: int, some: int) -> float:
    """The logarithm of the binomial coefficient."""
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)
