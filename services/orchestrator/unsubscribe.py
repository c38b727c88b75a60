"""Where people unsubscribe, with one click (RFC 8058): a GET shows a button and changes nothing, a POST acts at once.

Whether somebody knows a link that we made is answered to nobody: every token gets the same pages.
"""

from functools import partial
from html import escape
from http import HTTPStatus
from typing import Any

from services.orchestrator import table, way_out
from shared import clock
from shared.commit import run
from shared.events import Metadata
from shared.events.orchestrator import CustomerOptedOut
from shared.events.upstream import CustomerOptedOut as Wish
from shared.observe import Observer
from shared.store import Store
from shared.unit import Unit
from shared.writing.company import Company

MAX_BODY = 10_000  # characters; a mail program sends 26
_HEADERS = {
    "content-type": "text/html; charset=utf-8", "cache-control": "no-store", "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff", "x-robots-tag": "noindex, nofollow",
    "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:0}main{max-width:32rem;margin:4rem auto;"
    "padding:0 1rem}button{font:inherit;padding:.75rem 1.5rem;border:0;border-radius:.4rem;background:#0b5cad;color:#fff}"
    "button:focus-visible{outline:3px solid #1a1a1a;outline-offset:3px}"
)
_BUTTON = '<form method="post"><button name="List-Unsubscribe" value="One-Click">Send me no more of these mails</button></form>'
Answer = dict[str, Any]


class Unsubscribe:
    """Serves the requests of a Lambda function URL whose path is a token."""

    def __init__(self, store: Store, company: Company) -> None:
        self.store = store
        self.company = company
        self.observer = Observer("orchestrator")

    def serve(self, request: dict[str, Any]) -> Answer:
        method = request["requestContext"]["http"]["method"]
        if method in ("GET", "HEAD"):
            return self._ask()
        if method != "POST":
            return self._page(HTTPStatus.METHOD_NOT_ALLOWED, "Not served", "<p>Open the link of the mail.</p>")
        if len(request.get("body") or "") > MAX_BODY:
            return self._page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Not served", "<p>This is more than a click.</p>")
        try:
            return self._act(request.get("rawPath", "").removeprefix("/"))
        except Exception as error:
            return self._failed(error)
        finally:
            self.observer.flush()

    def _ask(self) -> Answer:
        return self._page(HTTPStatus.OK, f"No more mails from {self.company.name}?", _BUTTON)

    def _act(self, token: str) -> Answer:
        referral_id = way_out.referral_of(token)
        if referral_id:
            run(partial(_opt_out, referral_id), partial(self._unit, referral_id))
        self.observer.count("Unsubscribed" if referral_id else "UnsubscribesUnknown")
        said = "<p>You will get no more such mails. Nothing else is to be done.</p>"
        return self._page(HTTPStatus.OK, "Done", said)

    def _failed(self, error: Exception) -> Answer:
        self.observer.failure("unsubscribe failed", error)
        self.observer.count("UnsubscribesFailed")
        advice = f"<p>Try again in a while, or write to {escape(self.company.unsubscribe_mailto)}.</p>"
        return self._page(HTTPStatus.INTERNAL_SERVER_ERROR, "That did not work, and it is our fault", advice)

    def _page(self, status: HTTPStatus, title: str, below: str) -> Answer:
        head = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        )
        body = f"{head}<body><main><h1>{escape(title)}</h1>{below}</main></body></html>"
        return {"statusCode": int(status), "headers": _HEADERS, "body": body}

    def _unit(self, referral_id: str) -> Unit:
        unit = Unit(self.store, "referral.orchestrator")
        unit.begin(Metadata(
            event_id=clock.new_id(), occurred_at=clock.now(), correlation_id=referral_id, producer="unsubscribe",
        ))
        return unit


def _opt_out(referral_id: str, unit: Unit) -> None:
    """The person and the address want no more mail; said once. Where the person is erased, this stands already."""
    unit.load([table.referral_key(referral_id), table.contact_key(referral_id)])
    referral, contact = table.referral(unit, referral_id), table.contact(unit, referral_id)
    if not referral:
        return
    [person] = table.suppressions(referral.customer_id)
    known = unit.item(person) is not None
    table.suppress(unit, Wish(customer_id=referral.customer_id, email=contact.email if contact else None, at=unit.now()))
    if not known:
        unit.announce(CustomerOptedOut(customer_id=referral.customer_id, reason="unsubscribed"))
