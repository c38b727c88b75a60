"""Cold start: importing a function, making its clients and handling its first event, the network stubbed."""

from benchmarks.measure import Figure, in_new_process, interleaved

_ROUNDS = 11
BASELINE = "import boto3; boto3.client('dynamodb')"
FIRST_EVENT = """
import json
from services.features.functions import feature_enricher
from shared import aws

def answered(request, **_):
    from botocore.awsrequest import AWSResponse
    class Raw:
        def stream(self, *a, **k): return iter([b'{"Responses": {}}'])
    return AWSResponse(request.url, 200, {"content-type": "application/x-amz-json-1.0"}, Raw())

aws.client("dynamodb").meta.events.register("before-send", answered)
job = {"service_id": "s", "completed_at": "2026-11-20T16:30:00Z", "customer": {"customer_id": "c", "email": "c@example.com"},
       "service": {"type": "roof repair", "price": {"amount": "10.00", "currency": "EUR"}}, "satisfaction": 5}
body = json.dumps({"source": "upstream.bench", "detail-type": "ServiceCompleted", "detail": job})
answer = feature_enricher({"Records": [{"messageId": "m", "body": body}]})
assert answer == {"batchItemFailures": []}, answer
"""


def figures() -> list[Figure]:
    taken: dict[str, list[dict[str, float]]] = {"base": [], "ours": []}

    def take(name: str, code: str) -> float:
        taken[name].append(in_new_process(code))
        return taken[name][-1]["seconds"]

    times = interleaved({"base": lambda: take("base", BASELINE), "ours": lambda: take("ours", FIRST_EVENT)}, _ROUNDS)
    memory = {name: sorted(one["bytes"] for one in many)[len(many) // 2] for name, many in taken.items()}
    return [
        Figure("cold start of feature_enricher / import boto3 and make a client", times["ours"] / times["base"], "x", 1.4),
        Figure("its memory / the same", memory["ours"] / memory["base"], "x", 1.25),
        Figure("cold start of feature_enricher", times["ours"] * 1000, "ms"),
    ]
