"""What makes moto quick enough for these tests; without it they take half as long again.

Before every item of a transaction it copies the whole table and all that its stream ever said. A transaction here puts
and deletes rows and never changes one in its place, so that a copy of where the rows lie is enough to go back to.

For every member that an answer might have it looks under a dozen names. Where an answer has the members' own names and no
others, there is nothing to look for.

It looks up what a service can do anew for each call. And it believes every signature, so that a name is enough of one.
"""

import copy
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest
from botocore.model import StructureShape
from botocore.signers import RequestSigner
from jsonpath_ng import ext
from moto import mock_aws
from moto.core import responses
from moto.core.serialize import ResponseSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

_IN_PLACE = "Update"
_sign = RequestSigner.sign
_with_aliases = ResponseSerializer._serialize_type_structure


@contextmanager
def quick_moto() -> Iterator[None]:
    """moto, mended while the context lasts."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "__deepcopy__", places, raising=False)
        patch.setattr(DynamoDBBackend, "transact_write_items", _watched(DynamoDBBackend.transact_write_items))
        patch.setattr(ResponseSerializer, "_serialize_type_structure", serialized)
        patch.setattr(ext, "parse", cache(ext.parse))
        patch.setattr(responses, "method_names_from_class", cache(responses.method_names_from_class))
        patch.setattr(RequestSigner, "sign", named)
        yield


def places(table: Table, memo: dict[int, Any]) -> Table:
    """The table as it is, with the very same rows: right for as long as nobody changes one in its place."""
    kept = copy.copy(table)
    kept.items = defaultdict(dict, ((key, _itself_or_its_rows(under)) for key, under in table.items.items()))
    if table.stream_shard:
        kept.stream_shard = copy.copy(table.stream_shard)
        kept.stream_shard.items = list(table.stream_shard.items)
    return kept


def _itself_or_its_rows(under: Any) -> Any:
    return dict(under) if isinstance(under, dict) else under


def serialized(self: ResponseSerializer, made: Any, value: Any, shape: StructureShape, key: str) -> None:
    """One structure of an answer."""
    if not isinstance(value, dict) or not value.keys() <= shape.members.keys():
        return _with_aliases(self, made, value, shape, key)
    inner = self.MAP_TYPE() if key else made
    for name in value:
        self._serialize_structure_member(inner, value, shape.members[name], name)
    if key:
        self._default_serialize(made, inner, shape, key)


def named(self: RequestSigner, operation: str, request: AWSRequest, *more: Any, **named_more: Any) -> None:
    """All that moto reads in a signature: who asks, and where; objects are also cut by it."""
    if self._signing_name == "s3":
        return _sign(self, operation, request, *more, **named_more)
    place = f"{self._region_name}/{self._signing_name}"
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential=test/20200101/{place}/aws4_request"


def _watched(transact: Callable[..., None]) -> Callable[..., None]:
    def transact_write_items(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        assert all(_IN_PLACE not in item for item in transact_items), "tests/harness/quick.py copies no rows"
        transact(backend, transact_items)

    return transact_write_items
