"""Which customers a candidate writes to: sticky, by a salted hash; no call to anybody and nothing to remember."""

from hashlib import blake2b

EVERYBODY = 100  # percent
_BYTES = 16  # blake2b-128
_SALT_CHARACTERS = 16


class Split:
    """Divides the customers of one rollout between its two versions.

    ``salt`` belongs to the rollout: random, and known to nobody who can choose customer ids. ``share`` is in percent.
    The same salt keeps everyone where they are, whoever asks and whenever; a larger share only adds customers.
    Raises ValueError for a salt that can be guessed and for a share that is none.
    """

    __slots__ = ("_below", "_salted")

    def __init__(self, salt: str, share: int) -> None:
        if len(salt) < _SALT_CHARACTERS:
            raise ValueError(f"a salt has at least {_SALT_CHARACTERS} characters, this one has {len(salt)}")
        if not 0 <= share <= EVERYBODY:
            raise ValueError(f"a share is 0 to {EVERYBODY} percent, not {share}")
        self._salted = blake2b(salt.encode(), digest_size=_BYTES)
        self._below = _bound(share)

    def to_candidate(self, customer_id: str) -> bool:
        """Whether the candidate writes to this customer."""
        customer = self._salted.copy()  # the salt is hashed once, not for every customer
        customer.update(customer_id.encode())
        return customer.digest() < self._below


def _bound(share: int) -> bytes:
    """The digest below which a customer belongs to the candidate; digests are uniform over all 16-byte strings."""
    if share == EVERYBODY:
        return b"\xff" * (_BYTES + 1)  # longer, hence above every digest
    return (share * 256**_BYTES // EVERYBODY).to_bytes(_BYTES)
