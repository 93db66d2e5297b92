"""Events and subscriptions as vendors' interfaces answer, for timing their readers: Mixpanel, PostHog, Stripe.

Belongs here: the pages of these vendors, in the shapes they document. Does not: other vendors, writing files
(``ingest_pages``). Objects carry the keys that real answers carry and nobody reads, for those cost time too.
"""

from __future__ import annotations

from benchmarks.ingest_draw import Draw, Made


def mixpanel(n: int, draw: Draw) -> list[Made]:
    """Lines of the raw event export."""
    return [
        {
            "event": draw.one_of("report opened", "file exported", "dashboard shared"),
            "properties": {
                "time": draw.seconds(),
                "distinct_id": f"user-{draw.below(5_000)}",
                "$browser": "Chrome",
                "$browser_version": 126,
                "$city": "Berlin",
                "$insert_id": draw.uuid(),
                "$lib_version": "2.50.0",
                "$mp_api_endpoint": "api-eu.mixpanel.com",
                "$os": "Linux",
                "$screen_height": 1080,
                "$user_id": f"user-{draw.below(5_000)}",
                "account_id": f"A-{draw.below(500):05d}",
                "mp_country_code": "DE",
                "mp_processing_time_ms": draw.seconds() * 1000,
            },
        }
        for _ in range(n)
    ]


def posthog(n: int, draw: Draw) -> Made:
    """A page of the events endpoint."""
    results = [
        {
            "id": draw.uuid(),
            "distinct_id": f"user-{draw.below(5_000)}",
            "properties": {
                "$ip": "192.0.2.1",
                "$os": "Linux",
                "$browser": "Chrome",
                "$current_url": "https://app.example.com/reports",
                "$host": "app.example.com",
                "$lib": "web",
                "$lib_version": "1.150.0",
                "$groups": {"company": f"A-{draw.below(500):05d}"},
                "$session_id": draw.uuid(),
                "$screen_height": 1080,
                "plan": "team",
            },
            "event": draw.one_of("$pageview", "report opened", "$exception", "file exported"),
            "timestamp": draw.time(),
            "person": {"is_identified": True, "distinct_ids": ["a", "b"], "properties": {"email": "p@example.com"}},
            "elements": [],
            "elements_chain": "",
        }
        for _ in range(n)
    ]
    return {"next": None, "results": results}


def stripe(n: int, draw: Draw) -> Made:
    """Subscriptions with one item each."""

    def subscription(number: int) -> Made:
        price = {
            "id": f"price_{number % 20}",
            "object": "price",
            "active": True,
            "billing_scheme": "per_unit",
            "currency": "usd",
            "livemode": True,
            "metadata": {},
            "product": "prod_1",
            "recurring": {"interval": draw.one_of("month", "year"), "interval_count": 1, "usage_type": "licensed"},
            "type": "recurring",
            "unit_amount": draw.below(90_000) + 100,
            "unit_amount_decimal": "5000",
        }
        item = {
            "id": f"si_{number}",
            "object": "subscription_item",
            "created": draw.seconds(),
            "metadata": {},
            "price": price,
            "quantity": draw.below(50) + 1,
            "subscription": f"sub_{number}",
        }
        return {
            "id": f"sub_{number:014d}",
            "object": "subscription",
            "application": None,
            "automatic_tax": {"enabled": False, "liability": None},
            "billing_cycle_anchor": draw.seconds(),
            "cancel_at": None,
            "cancel_at_period_end": False,
            "canceled_at": None,
            "collection_method": "charge_automatically",
            "created": draw.seconds(),
            "currency": "usd",
            "current_period_end": draw.seconds(),
            "current_period_start": draw.seconds(),
            "customer": f"cus_{draw.below(n):014d}",
            "default_payment_method": None,
            "discounts": [],
            "ended_at": None,
            "items": {"object": "list", "data": [item], "has_more": False, "total_count": 1, "url": "/v1/x"},
            "latest_invoice": f"in_{number}",
            "livemode": True,
            "metadata": {"account_id": f"001A{number:011d}"} if number % 3 else {},
            "start_date": draw.seconds(),
            "status": draw.one_of("active", "active", "past_due", "canceled"),
            "trial_end": None,
        }

    return {
        "object": "list",
        "url": "/v1/subscriptions",
        "has_more": False,
        "data": [subscription(i) for i in range(n)],
    }
