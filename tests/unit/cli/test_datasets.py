"""The shipped queries say of the public data sets what a plain reading of the files says, to the cent.

They run where the data is: in the folder that REFERRAL_DATA names, or in ../shared/data beside the repository.
"""

import csv
import gzip
import os
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from infra.accounts import ROOT
from infra.cli.imports import import_jobs
from infra.cli.query import Query

DATA = Path(os.environ.get("REFERRAL_DATA", ROOT.parent / "shared" / "data"))
QUERIES = ROOT / "examples" / "queries"
missing = f"the public data sets are not in {DATA}: set REFERRAL_DATA to their folder"
pytestmark = pytest.mark.skipif(not (DATA / "olist").is_dir(), reason=missing)

Row = dict[str, str]


def olist(file: str) -> Iterator[Row]:
    with (DATA / "olist" / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


@cache
def invoices() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    with gzip.open(DATA / "online_retail" / "online_retail.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if not row["InvoiceNo"].startswith("C"):
                found[row["InvoiceNo"]].append(row)
    return found


def jobs(name: str) -> dict[str, dict[str, Any]]:
    rows = list(Query(QUERIES / f"{name}.sql", DATA).rows())
    found = {row["service_id"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def test_olist_is_one_job_per_delivered_order() -> None:
    orders = {order["order_id"]: order for order in olist("olist_orders_dataset")}
    delivered = {
        order_id: order for order_id, order in orders.items()
        if order["order_status"] == "delivered" and order["order_delivered_customer_date"]
    }
    people = {c["customer_id"]: c for c in olist("olist_customers_dataset")}
    told = jobs("olist")

    assert told.keys() == delivered.keys()
    for order_id, order in delivered.items():
        person, job = people[order["customer_id"]], told[order_id]
        assert job["customer_id"] == person["customer_unique_id"]
        assert str(job["completed_at"]) == order["order_delivered_customer_date"]
        assert job["property_region"] == person["customer_state"]
        assert job["property_zip_prefix"] == person["customer_zip_code_prefix"]


def test_olist_prices_are_goods_and_freight_to_the_cent() -> None:
    bills: dict[str, Decimal] = defaultdict(Decimal)
    for item in olist("olist_order_items_dataset"):
        bills[item["order_id"]] += Decimal(item["price"]) + Decimal(item["freight_value"])
    for order_id, job in jobs("olist").items():
        assert job["price_amount"] == bills[order_id]


def test_olist_says_the_latest_review_and_the_dearest_category() -> None:
    reviews: dict[str, list[Row]] = defaultdict(list)
    for review in olist("olist_order_reviews_dataset"):
        reviews[review["order_id"]].append(review)
    translation = olist("product_category_name_translation")
    english = {row["product_category_name"]: row["product_category_name_english"] for row in translation}
    products = olist("olist_products_dataset")
    categories = {row["product_id"]: english.get(row["product_category_name"], "unknown") for row in products}
    items: dict[str, list[Row]] = defaultdict(list)
    for item in olist("olist_order_items_dataset"):
        items[item["order_id"]].append(item)

    for order_id, job in jobs("olist").items():
        answered = sorted(reviews[order_id], key=lambda r: (r["review_answer_timestamp"], r["review_creation_date"]))
        latest = answered[-1] if answered else {"review_score": None, "review_comment_message": None}
        assert job["satisfaction"] == (latest["review_score"] and int(latest["review_score"]))
        assert (job["notes"] or "") == (latest["review_comment_message"] or "")
        dearest = max(items[order_id], key=lambda item: (Decimal(item["price"]), -int(item["order_item_id"])))
        assert job["service_type"] == categories[dearest["product_id"]]


def test_online_retail_is_one_job_per_invoice_that_is_worth_something() -> None:
    totals = {
        number: sum((Decimal(line["UnitPrice"]) * int(line["Quantity"]) for line in lines), Decimal(0))
        for number, lines in invoices().items()
    }
    told = jobs("online_retail")
    assert {number: job["price_amount"] for number, job in told.items()} == {n: t for n, t in totals.items() if t > 0}


def test_online_retail_says_customer_country_and_last_line() -> None:
    told = jobs("online_retail")
    for number, lines in invoices().items():
        if number in told:
            job = told[number]
            assert job["customer_id"] == lines[0]["CustomerID"].removesuffix(".0")
            assert job["property_region"] in {line["Country"] for line in lines}
            assert str(job["completed_at"]) == max(line["InvoiceDate"] for line in lines)


@pytest.mark.parametrize("name, rows, customers", [("olist", 3652, 3591), ("online_retail", 18532, 4338)])
def test_every_row_of_the_data_sets_keeps_the_contract(tmp_path: Path, name: str, rows: int, customers: int) -> None:
    rejects = tmp_path / "rejects.csv"
    done = import_jobs(QUERIES / f"{name}.sql", put=lambda entries: [], bus_name="b", data=DATA, rejects=rejects)
    assert (done.sent, done.rejected, done.repeated, done.customers) == (rows, 0, 0, customers)
