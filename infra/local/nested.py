"""A nested template as the laptop's AWS takes it: AWS applies SAM's transform there as well, MiniStack only to the outermost."""

import json
from functools import cache
from typing import Any


def transformed(parsed: dict[str, Any], region: str) -> dict[str, Any]:
    """The template after SAM's transform, where it asks for that."""
    return json.loads(_transformed(json.dumps(parsed), region)) if "Transform" in parsed else parsed


@cache
def _transformed(template: str, region: str) -> str:
    from boto3 import Session
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    translator = Translator({}, Parser(), boto_session=Session(region_name=region))
    return json.dumps(translator.translate(json.loads(template), {}))
