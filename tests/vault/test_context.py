"""x."""
from tests.shops import Shop
def test_x(transactional_db: None, shop: Shop) -> None:
    from django.db import connection
    print(connection.in_atomic_block)
    assert not connection.in_atomic_block
def test_y(transactional_db: None, shop: Shop) -> None:
    pass
