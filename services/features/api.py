"""What can be asked of the feature store."""

from typing import Any

from services.features import table
from shared.api import Api, Unknown

app = Api("features")


@app.get("/customers/<customer_id>/features")
def show(customer_id: str) -> dict[str, Any]:
    """The customer's features as they are now."""
    customer = table.find(app.store(), customer_id)
    if not customer:
        raise Unknown(f"No completed job of customer {customer_id!r} was counted yet.")
    return {
        "customer_id": customer_id, "version": customer.version, **customer.features().model_dump(mode="json"),
    }


@app.get("/customers/<customer_id>/kept")
def kept(customer_id: str) -> dict[str, Any]:
    """How much is kept of a customer, whether it still says who that is, and how many jobs were counted."""
    known, versions = table.stored(app.store(), customer_id), table.version_keys(app.store(), customer_id)
    counted = {"jobs": known.service_count, "versions": len(versions)}
    return {"customer_id": customer_id, "erased": known.erased, "kept": counted}


@app.get("/customers/<customer_id>/features/versions")
def history(customer_id: str, limit: int = 50) -> list[dict[str, Any]]:
    """The versions of the customer's features, newest first, each with what caused it."""
    return [
        {
            "version": customer.version, "cause": row["cause"], "as_of": row["as_of"], "known_at": row["known_at"],
            **customer.features().model_dump(mode="json"),
        }
        for customer, row in table.versions(app.store(), customer_id, min(limit, 1000))
    ]
