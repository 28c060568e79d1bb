"""What a deployed thing costs while it exists; a price is AWS's own or the user's, never a guess."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from note_summarizer.deployment.connections import Aws
from note_summarizer.deployment.deployed import Item
from note_summarizer.pairs.sources import bucket_and_key

NOTHING = "costs nothing at rest"
_GIGABYTE = 1024**3


def cost_of(item: Item, aws: Aws, price_per_hour: float | None = None) -> str:
    """Say what a thing costs while it exists.

    Args:
        price_per_hour: US dollars for one instance, if the user says so; AWS's price list is asked otherwise.
    """
    if item.kind == "archive":
        return _storage(item, aws)
    if item.kind != "endpoint":
        return NOTHING
    variants = item.detail.get("ProductionVariants", [])
    if any("ServerlessConfig" in variant for variant in variants):
        return "billed by request while it answers; costs nothing at rest"
    return "; ".join(_instances(variant, aws, price_per_hour) for variant in variants) or _unknown("its instances")


def hosting_price(instance_type: str, region: str, pricing: Any) -> float | None:
    """Return AWS's on-demand price of an instance that hosts an endpoint, US dollars an hour.

    Nothing, if the price list cannot be reached or does not have exactly one price.
    """
    fields = {"regionCode": region, "instanceName": instance_type}
    filters = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in fields.items()]
    try:
        listed = pricing.get_products(ServiceCode="AmazonSageMaker", Filters=filters, MaxResults=100)["PriceList"]
    except (ClientError, BotoCoreError):
        return None
    products = [json.loads(product) for product in listed]
    # The usage type is "Host:ml...", in regions other than us-east-1 with a prefix such as "EUC1-".
    hosting = [p for p in products if _usage(p).split("-", 1)[-1] == f"Host:{instance_type}"]
    prices = {price for product in hosting for price in _prices(product)}
    return prices.pop() if len(prices) == 1 else None


def _instances(variant: dict[str, Any], aws: Aws, price_per_hour: float | None) -> str:
    kind, count = str(variant.get("InstanceType")), int(variant.get("InitialInstanceCount") or 1)
    said = f"billed per instance-hour while it exists: {count} x {kind}"
    if price_per_hour is not None:
        return f"{said}, {count * price_per_hour:.3f} USD an hour at your price"
    price = _listed_price(kind, aws)
    return f"{said}, {count * price:.3f} USD an hour by AWS's price list" if price is not None else said


def _unknown(what: str) -> str:
    return f"billed per instance-hour while it exists; {what} could not be read"


@lru_cache(maxsize=32)
def _listed_price(instance_type: str, aws: Aws) -> float | None:
    # The price list is served from a few regions only, for all of them.
    return hosting_price(instance_type, aws.region, aws.session.client("pricing", region_name="us-east-1"))


def _usage(product: dict[str, Any]) -> str:
    return str(product.get("product", {}).get("attributes", {}).get("usagetype", ""))


def _prices(product: dict[str, Any]) -> Iterator[float]:
    for term in product.get("terms", {}).get("OnDemand", {}).values():
        for dimension in term.get("priceDimensions", {}).values():
            price = float(dimension.get("pricePerUnit", {}).get("USD", 0))
            if price > 0:
                yield price


def _storage(item: Item, aws: Aws) -> str:
    bucket, key = bucket_and_key(item.name)
    try:
        size = aws.s3.head_object(Bucket=bucket, Key=key)["ContentLength"]
    except (ClientError, BotoCoreError):
        return "S3 storage; its size could not be read"
    return f"S3 storage: {size / _GIGABYTE * 1024:.1f} MB = {size / _GIGABYTE:.4f} GB-months a month"
