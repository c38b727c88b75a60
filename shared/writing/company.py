"""Who writes to the customers."""

from pydantic import BaseModel, ConfigDict


class Company(BaseModel):
    """Who writes to the customers: what the mail says of us, and what the law wants in it."""

    model_config = ConfigDict(frozen=True)

    name: str
    sender: str  # an address that SES may send from
    postal_address: str
    referral_url: str
    offer: str
    unsubscribe_mailto: str
    signature: str = ""
