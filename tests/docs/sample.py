"""The small shop in which the pictures are taken and the commands of the documentation are run."""

CART = '''\
"""A cart of items."""

from shop.tax import RATE


class Cart:
    """What a customer is about to buy."""

    def __init__(self):
        self.items = []

    def add(self, name, price):
        self.items.append((name, price))

    def total(self, tax):
        subtotal = sum(price for _, price in self.items)
        return subtotal - tax

    def clear(self):
        self.items.clear()
'''
FILES = {
    "README.md": "# shop\n\nA cart, a tax and a checkout.\n",
    "shop/__init__.py": '"""A small shop."""\n',
    "shop/cart.py": CART,
    "shop/tax.py": '"""Rates of tax."""\n\nRATE = 0.2\n',
    "shop/web/__init__.py": '"""The shop on the web."""\n',
    "shop/web/checkout.py": '''\
"""The last page before the customer pays."""

from shop.cart import Cart


def checkout(prices):
    cart = Cart()
    for name, price in prices:
        cart.add(name, price)
    return cart.total(0.2)
''',
    "tests/test_cart.py": """\
from shop.cart import Cart


def test_total_with_tax():
    cart = Cart()
    cart.add("tea", 10)
    assert cart.total(0.2) == 12
""",
}

TOTAL = """\
    def total(self, tax):
        subtotal = sum(price for _, price in self.items)
        return subtotal - tax
"""
NEW_TOTAL = '''\
    def total(self, tax=RATE):
        """The price of all items with tax, rounded to cents."""
        subtotal = sum(price for _, price in self.items)
        return round(subtotal * (1 + tax), 2)
'''
CALL = "    return cart.total(0.2)\n"
NEW_CALL = "    return cart.total()\n"
TEST = "    assert cart.total(0.2) == 12\n"
NEW_TEST = """\
    assert cart.total(0.2) == 12


def test_total_takes_the_usual_rate():
    cart = Cart()
    cart.add("tea", 10)
    assert cart.total() == 12
"""
REQUEST = "add the tax as a share of the price, the usual rate where none is named"
