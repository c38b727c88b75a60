"""The JSON Schema of each event: of the detail as it travels, with the metadata that wraps our own."""

from functools import cache
from typing import Any

from pydantic import create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from infra.contracts.known import UPSTREAM, Contract
from shared.events import Metadata

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


class _Plain(GenerateJsonSchema):
    """Fields are called by their names alone, and a number that travels as text says that it is one."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        made = super().decimal_schema(schema)
        for form in made.get("anyOf", [made]):
            if form.get("type") == "string":
                form["format"] = "decimal"
        return made


@cache
def schema(contract: Contract) -> Schema:
    """What a detail of this event is: of upstream systems what we accept, of our services what they say."""
    made = _accepted(contract) if contract.producer == UPSTREAM else _said(contract)
    about = {"title": contract.name, "description": contract.says, "x-source": contract.event.source_pattern()[0]}
    return {"$schema": DIALECT} | made | about | {"x-version": contract.version}


def _accepted(contract: Contract) -> Schema:
    return contract.event.model_json_schema(mode="validation", schema_generator=_Plain)


def _said(contract: Contract) -> Schema:
    wrapped = create_model("Detail", metadata=(Metadata, ...), data=(contract.event, ...))
    return wrapped.model_json_schema(mode="serialization", schema_generator=_Plain)
