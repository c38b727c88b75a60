"""A secret that an account keeps for its functions: no template, variable or log has it."""

from functools import cache

from shared import aws


@cache
def secret(name: str) -> bytes:
    """The secret with this name or ARN; read from Secrets Manager once in a process, when it is first needed."""
    return aws.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"].encode()
