"""Smoke."""
import re
from pathlib import Path
from tests.factories.orders import one_order
from tests.shops import Shop

def show(r):
    t = r.content.decode()
    t = re.sub(r'<svg.*?</svg>', '', t, flags=re.S)
    t = t[t.index('<main'):t.index('</main>')] if '<main' in t else t
    print(re.sub(r'\n\s*\n+', '\n', t))

def test_smoke(shop: Shop) -> None:
    order = one_order(shop.id)
    client = shop.client("owner")
    r = client.get(shop.url())
    assert r.status_code == 200
    show(r)
    r = client.get(shop.url(f"orders/{order.id}/"))
    assert r.status_code == 200
    show(r)
    r = client.post(shop.url(f"orders/{order.id}/show/ship-to/"), {"purpose": "deliver", "reference": "1Z-00"}, headers={"HX-Request": "true"})
    assert r.status_code == 200
    show(r)
    assert 0
