"""A new address is not served before somebody has said who may do what there."""

from tests.security import addresses
from tests.security.rows import ROWS


def test_every_address_has_a_row():
    named = {row.address for row in ROWS}
    found = {address.name for address in addresses.every() if not address.is_admin}
    assert found - named == set(), "say in tests/security/rows.py who may do what here"
    assert named - found == set(), "these addresses are gone"
