"""The mail, as it is handed to SES: one recipient, one call, never repeated by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from botocore.exceptions import (
    BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ParamValidationError,
)

from services.orchestrator import way_out
from services.orchestrator.page import html
from shared import aws
from shared.writing.company import Company
from shared.writing.content import Content

_LATER = {
    "AccountSuspendedException", "LimitExceededException", "SendingPausedException", "Throttling",
    "ThrottlingException", "TooManyRequestsException",
}
_REASONS = {"MailFromDomainNotVerifiedException": "sender_not_verified", "MessageRejected": "mail_rejected"}


class NotSent(Exception):
    """The provider certainly did not take the mail."""


class TryLater(NotSent):
    """... and may take it later."""


class Rejected(NotSent):
    """... and never will, as it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InDoubt(Exception):
    """Nobody knows whether the provider took the mail."""


def compose(content: Content, to: str, referral_id: str, company: Company, reports_to: str = "") -> dict[str, Any]:
    """The SendEmail request; only its subject is free text in a header, and a subject has no line breaks.

    ``reports_to`` is the configuration set by which the provider tells what became of the mail.
    """
    link = way_out.link(referral_id)
    below = footer(company, link)
    told = {"ConfigurationSetName": reports_to} if reports_to else {}
    return told | {
        "FromEmailAddress": company.sender,
        "Destination": {"ToAddresses": [to]},
        "Content": {"Simple": {
            "Subject": _utf8(content.subject),
            "Body": {
                "Text": _utf8(f"{content.body}\n\n-- \n{below}\n"),
                "Html": _utf8(html(content.subject, content.body, below, company)),
            },
            "Headers": [
                {"Name": "List-Unsubscribe", "Value": f"<{link}>, {by_mail(referral_id, company)}"},
                {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
            ],
        }},
        "EmailTags": [{"Name": "referral_id", "Value": referral_id}],
    }


def footer(company: Company, link: str) -> str:
    return (
        f"You receive this mail because {company.name} completed a job for you.\n"
        f"No more mails like this: {link}\n"
        f"or write to {company.unsubscribe_mailto}.\n"
        f"{company.name}, {company.postal_address}"
    )


def by_mail(referral_id: str, company: Company) -> str:
    """The other way out: a mail to us that names the referral."""
    return f"<mailto:{company.unsubscribe_mailto}?subject={quote(f'unsubscribe {referral_id}')}>"


def ses() -> Any:
    """A client that calls once: a repeated call could send twice."""
    return aws.client("sesv2", attempts=1, read_timeout=20)


@dataclass(frozen=True)
class Mailer:
    """Hands a mail to SES."""

    client: Callable[[], Any] = ses

    def send(self, mail: dict[str, Any]) -> str:
        """The provider's message id; raises TryLater or Rejected where nothing was sent, InDoubt where nobody knows."""
        try:
            return self.client().send_email(**mail)["MessageId"]
        except ClientError as refused:
            raise _meaning(refused) from None
        except ParamValidationError:
            raise Rejected("mail_not_valid") from None
        except (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError):
            raise TryLater from None
        except BotoCoreError:
            raise InDoubt from None


def _meaning(refused: ClientError) -> Exception:
    code = refused.response["Error"]["Code"]
    status = refused.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if code in _LATER or status in (401, 403, 429):  # an account that may not send is mended, then the mails go out
        return TryLater()
    return Rejected(_REASONS.get(code, "mail_not_valid")) if 400 <= status < 500 else InDoubt()


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
