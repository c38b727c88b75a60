"""A nested template as the laptop's AWS takes it: AWS applies SAM's transform there as well, MiniStack only to the outermost."""

from typing import Any


def transformed(parsed: dict[str, Any], region: str) -> dict[str, Any]:
    """The template after SAM's transform, where it asks for that."""
    if "Transform" not in parsed:
        return parsed
    from boto3 import Session
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    return Translator({}, Parser(), boto_session=Session(region_name=region)).translate(parsed, {})
