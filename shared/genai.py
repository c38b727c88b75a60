"""The names that OpenTelemetry gives to what a generative model does; only here, for the convention still moves.

Written against version 1.37 of the semantic conventions. What it has no name for keeps ours: the content of prompts and
answers is left out on purpose, for it tells of persons.
"""

AGENT, VERSION = "gen_ai.agent.name", "gen_ai.agent.version"
OPERATION, PROVIDER, MODEL = "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model"
INPUT_TOKENS, OUTPUT_TOKENS = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"
