"""The AsyncAPI document: one bus, every message on it, and what each service says and hears."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from infra.accounts import NAMES
from infra.contracts.known import UPSTREAM, Contract, contracts

_ABOUT = (
    "What travels on the event bus of the referral email system. A message is the detail of an EventBridge event; "
    "its headers are the envelope's source and detail-type. Generated from the event classes and the routing tables."
)
_CHANNEL = "#/channels/bus"
Part = dict[str, Any]


def document() -> Part:
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Referral email system", "version": "1.0.0", "description": _ABOUT},
        "defaultContentType": "application/json",
        "servers": {"eventbridge": _server()},
        "channels": {"bus": _bus()},
        "operations": dict(sorted(_operations())),
        "components": {"messages": {_id(known): _message(known) for known in contracts()}},
    }


def _server() -> Part:
    return {
        "host": "events.{region}.amazonaws.com", "protocol": "https", "description": "Amazon EventBridge, by PutEvents and rules.",
        "variables": {"region": {"description": "The region of the account, in infra/accounts.toml."}},
    }


def _bus() -> Part:
    return {
        "address": "referral-{account}",
        "title": "The custom event bus of an account",
        "parameters": {"account": {"enum": list(NAMES), "description": "Where the system is deployed."}},
        "messages": {_id(known): {"$ref": f"#/components/messages/{_id(known)}"} for known in contracts()},
    }


def _message(known: Contract) -> Part:
    source = {"type": "string", "pattern": r"^upstream\."} if known.producer == UPSTREAM else {"const": known.event.source}
    return {
        "name": known.name,
        "title": f"{known.name} {known.version}",
        "summary": known.says.partition("\n")[0],
        "headers": {
            "type": "object", "required": ["source", "detail-type"],
            "properties": {"source": source, "detail-type": {"const": known.name}},
        },
        "payload": {"$ref": f"./{known.key}.v{known.version}.json"},
    }


def _operations() -> Iterator[tuple[str, Part]]:
    for producer, said in groupby(contracts(), key=lambda known: known.producer):
        yield f"{producer}-says", _operation("send", producer, f"What {producer} says.", said)
    heard = [(one.service, one.mailbox, known) for known in contracts() for one in known.heard()]
    for (service, mailbox), told in groupby(sorted(heard, key=lambda one: one[:2]), key=lambda one: one[:2]):
        summary = f"What comes into the mailbox {mailbox} of {service}."
        yield f"{mailbox}-hears", _operation("receive", service, summary, (known for _, _, known in told))


def _operation(action: str, service: str, summary: str, messages: Iterable[Contract]) -> Part:
    found = [{"$ref": f"{_CHANNEL}/messages/{_id(known)}"} for known in messages]
    return {"action": action, "channel": {"$ref": _CHANNEL}, "summary": summary, "tags": [{"name": service}], "messages": found}


def _id(known: Contract) -> str:
    return known.key.replace("/", ".")
