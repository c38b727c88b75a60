"""Approved mails in the knowledge base's bucket, from where later drafts are shown them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from services.orchestrator import example, table
from services.orchestrator.model import Referral
from services.orchestrator.terms import Terms, terms
from shared import aws, persons
from shared.app import NotYet
from shared.events.orchestrator import ReferralReviewed
from shared.events.upstream import CustomerErased
from shared.settings import required
from shared.store import Key
from shared.unit import Duplicate, Unit
from shared.writing.labels import Label, customer_hash


def s3() -> Any:
    return aws.client("s3")


@dataclass(frozen=True)
class Bucket:
    """A customer's examples lie in one folder, so that they can be found by whoever has to forget them."""

    client: Callable[[], Any] = s3
    name: Callable[[], str] = lambda: required("EXAMPLES_BUCKET")

    def put(self, text: str, label: Label) -> None:
        """Its label first: an example without one could be shown to anybody."""
        key = _key(label)
        self._put(f"{key}.metadata.json", json.dumps({"metadataAttributes": label.model_dump()}), "application/json")
        self._put(key, text, "text/plain; charset=utf-8")

    def forget(self, customer_id: str) -> None:
        """Delete every example that was written to this customer."""
        folder = _folder(customer_hash(customer_id))
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=self.name(), Prefix=folder)
        for known in (known for page in pages for known in page.get("Contents", [])):
            self.client().delete_object(Bucket=self.name(), Key=known["Key"])

    def _put(self, key: str, body: str, kind: str) -> None:
        self.client().put_object(Bucket=self.name(), Key=key, Body=body.encode(), ContentType=kind)


@dataclass(frozen=True)
class Collection:
    """What becomes an example, and what is one no longer."""

    bucket: Bucket = Bucket()
    terms: Callable[[], Terms] = terms

    def reads(self, said: ReferralReviewed) -> Iterable[Key]:
        return [*table.reads_of_review(said.referral_id, said.customer_id), _kept_key(said.referral_id)]

    def keep(self, said: ReferralReviewed, unit: Unit) -> None:
        """An approved mail becomes an example, unless its customer is erased, now or before this is committed."""
        if persons.erased(unit, said.customer_id):
            return self.bucket.forget(said.customer_id)  # an earlier try may have been overtaken
        referral, contact = table.referral(unit, said.referral_id), table.contact(unit, said.referral_id)
        if (unit.item(_kept_key(said.referral_id)) or {}).get("content_hash") == said.content_hash:
            raise Duplicate
        if referral and contact and example.approved(referral, said):
            self._put(referral, example.text(referral, contact, self.terms().company), unit)

    def forget(self, said: CustomerErased, unit: Unit) -> None:
        """Take away what is there, once it is written down that nothing more may come."""
        if not unit.item(persons.erased_key(said.customer_id)):
            raise NotYet
        self.bucket.forget(said.customer_id)


    def _put(self, referral: Referral, text: str | None, unit: Unit) -> None:
        if text:
            self.bucket.put(text, Label.of(referral.prepared, referral.review.at))
            unit.put(_kept_key(referral.referral_id), {"content_hash": referral.content_hash})


def _kept_key(referral_id: str) -> Key:
    """Says of which words there is an example; the inbox row of a review is the sender's."""
    return f"REFERRAL#{referral_id}", "EXAMPLE"


def _folder(customer: str) -> str:
    return f"examples/{customer}/"


def _key(label: Label) -> str:
    return f"{_folder(label.customer)}{label.referral_id}.txt"
