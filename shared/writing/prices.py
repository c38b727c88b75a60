"""What a model call costs."""

import re
from decimal import Decimal

AS_OF = "2026-04-10"  # Amazon Bedrock's list of on-demand prices; look again when a model is added
PRICES: dict[str, tuple[str, str]] = {  # model id begins with -> USD for a million input and output tokens
    "amazon.nova-micro": ("0.035", "0.14"),
    "amazon.nova-lite": ("0.06", "0.24"),
    "amazon.nova-pro": ("0.80", "3.20"),
    "anthropic.claude-3-haiku": ("0.25", "1.25"),
    "anthropic.claude-3-5-haiku": ("0.80", "4.00"),
    "anthropic.claude-haiku-4-5": ("1.10", "5.50"),
    "anthropic.claude-sonnet-4-5": ("3.30", "16.50"),
    "anthropic.claude-opus-4-5": ("5.50", "27.50"),
    "global.anthropic.claude-haiku-4-5": ("1.00", "5.00"),  # routed anywhere: a tenth less than within a region
    "global.anthropic.claude-sonnet-4-5": ("3.00", "15.00"),
    "global.anthropic.claude-opus-4-5": ("5.00", "25.00"),
    "local.": ("0", "0"),
}
_GEOGRAPHY = re.compile(r"^(?:us|eu|apac|jp|au|us-gov)\.")
_MILLION = 1_000_000


def cost(model_id: str, input_tokens: int, output_tokens: int) -> Decimal | None:
    """US dollars for so many tokens; None where the model's price is not known, for zero would be a lie."""
    name = _GEOGRAPHY.sub("", model_id)
    known = [prefix for prefix in PRICES if name.startswith(prefix)]
    if not known:
        return None
    inward, outward = PRICES[max(known, key=len)]
    return (Decimal(inward) * input_tokens + Decimal(outward) * output_tokens) / _MILLION
