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
    link_domains: tuple[str, ...] = ()  # where mails may link to, beside the referral_url's host
    forbidden_claims: tuple[str, ...] = ()  # no mail says these; a star at the end stands for any ending

    @property
    def said(self) -> list[str]:
        """What a mail may say of us."""
        return [said for said in self.model_dump().values() if isinstance(said, str)]
