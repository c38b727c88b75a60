"""Who is believed: signatures against vectors that other programs computed."""

from datetime import UTC, datetime

import pytest

from services.prep.webhook_signature import Message, Unbelieved, UnusableSecret, key
from tests.unit.prep.webhooks import SECRET

KNOWN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ANOTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
MESSAGE = Message("msg_p5jXN8AQM9LWM0D4loKWxLek", "1614265330", b'{"test": 2432232314}')
MOMENT = datetime.fromtimestamp(1614265330, UTC)
OPT_OUT = (
    '{"type": "CustomerOptedOut", "timestamp": "2026-11-22T10:00:00Z", "data": {"customer_id": "c-25", '
    '"reason": "zu viel Wärme", "at": "2026-11-22T10:00:00Z"}}'
).encode()


def headers(signature: str = "v1,x", **changes: str) -> dict[str, str]:
    made = {"webhook_id": "msg_1", "webhook_timestamp": "1614265330", "webhook_signature": signature} | changes
    return {name.replace("_", "-"): value for name, value in made.items()}


@pytest.mark.parametrize(("message", "secret", "signature"), [
    # by openssl dgst -sha256 -mac HMAC
    (MESSAGE, KNOWN, "v1,enRLSa8SQq0bjzfA39jRvVHj4kmZBoO5m8PEGpuQ5q0="),
    # by the reference library standardwebhooks 1.1.0
    (Message("msg_1", "1795341600", OPT_OUT), ANOTHER, "v1,p9NtaLpFbixwDkneJ+TA21MC+sAy5wk3BQD+EUPG82E="),
])
def test_a_signature_is_the_one_that_other_programs_make(message: Message, secret: str, signature: str) -> None:
    assert message.signature(secret) == signature


def test_what_is_sent_is_what_is_verified() -> None:
    Message.of(MESSAGE.headers(KNOWN), MESSAGE.body).verify([KNOWN], MOMENT)


@pytest.mark.parametrize("signatures", [
    "v1,enRLSa8SQq0bjzfA39jRvVHj4kmZBoO5m8PEGpuQ5q0=",
    "v1,AAAA v1,enRLSa8SQq0bjzfA39jRvVHj4kmZBoO5m8PEGpuQ5q0=",
    "v1a,AAAA v2 , ,, v1,enRLSa8SQq0bjzfA39jRvVHj4kmZBoO5m8PEGpuQ5q0=",
])
def test_one_right_signature_among_many_is_enough(signatures: str) -> None:
    made = MESSAGE.headers(KNOWN) | {"webhook-signature": signatures}
    Message.of(made, MESSAGE.body).verify([SECRET, KNOWN], MOMENT)


@pytest.mark.parametrize("signatures", [
    "enRLSa8SQq0bjzfA39jRvVHj4kmZBoO5m8PEGpuQ5q0=", "v1,", "v1", " ", "v2,enRLSa8SQq0bjzfA39jRvVHj4kmZBoO5m8PEGpuQ5q0=",
    "v1a,enRLSa8SQq0bjzfA39jRvVHj4kmZBoO5m8PEGpuQ5q0=", "v1,enRLSa8SQq0bjzfA39jRvVHj4kmZBoO5m8PEGpuQ5q1=", "v1,\u00e4",
])
def test_no_other_signature_is(signatures: str) -> None:
    made = MESSAGE.headers(KNOWN) | {"webhook-signature": signatures}
    with pytest.raises(Unbelieved, match="No signature fits"):
        Message.of(made, MESSAGE.body).verify([KNOWN], MOMENT)


@pytest.mark.parametrize("changes", [
    {"webhook_id": "msg_2"}, {"webhook_timestamp": "1614265331"}, {"body": b'{"test": 2432232315}'},
])
def test_a_signature_is_of_id_moment_and_body(changes: dict[str, str | bytes]) -> None:
    body = bytes(changes.get("body", MESSAGE.body))
    named = {name.replace("_", "-"): str(value) for name, value in changes.items() if name != "body"}
    with pytest.raises(Unbelieved, match="No signature fits"):
        Message.of(MESSAGE.headers(KNOWN) | named, body).verify([KNOWN], MOMENT)


@pytest.mark.parametrize(("seconds", "believed"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_a_clock_may_differ_by_five_minutes_either_way(seconds: int, believed: bool) -> None:
    message = Message.of(MESSAGE.headers(KNOWN), MESSAGE.body)
    told = ""
    try:
        message.verify([KNOWN], datetime.fromtimestamp(1614265330 + seconds, UTC))
    except Unbelieved as why:
        told = why.code
    assert told == ("" if believed else "out_of_time")


@pytest.mark.parametrize("changes", [
    {"webhook_id": ""}, {"webhook_id": "msg.1"}, {"webhook_id": "msg 1"}, {"webhook_id": "x" * 257},
    {"webhook_id": "\u00e4"},
    {"webhook_timestamp": ""}, {"webhook_timestamp": "1614265330.5"}, {"webhook_timestamp": "-1"},
    {"webhook_timestamp": "\u0661\u0666"}, {"webhook_timestamp": "1" * 13}, {"webhook_signature": ""},
])
def test_headers_that_are_missing_or_of_another_form_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(Unbelieved) as refused:
        Message.of(headers(**changes), b"{}")
    assert refused.value.code == "not_signed"


def test_nobody_is_believed_where_no_secret_is_known() -> None:
    with pytest.raises(Unbelieved):
        MESSAGE.verify([], MOMENT)


@pytest.mark.parametrize("secret", [
    "", "whsec_", "whsec_c2hvcnQ=", KNOWN.removeprefix("whsec_"), "whsec_\u00e4" + "a" * 40,
])
def test_what_is_no_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(UnusableSecret) as refused:
        key(secret)
    assert not secret.removeprefix("whsec_") or secret not in str(refused.value)


def test_a_secret_may_come_without_its_padding() -> None:
    assert key(SECRET.rstrip("=")) == key(SECRET) == bytes(range(32))
