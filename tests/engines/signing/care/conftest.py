import pytest

from motcua.engines.signing.models import HolderKind, SigningCertificate
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from tests.engines.signing.asked import demo_certificate
from tests.factories import make_account, make_office, make_officer


@pytest.fixture
def office() -> Office:
    return make_office("Ủy ban nhân dân xã Mẫu Sơn", code="H99.7")


@pytest.fixture
def administrator() -> Account:
    return make_account(is_administrator=True)


@pytest.fixture
def leader(office: Office) -> Account:
    return make_officer(roles=["leader"], office=office, name="Đặng Thị Hoà")


@pytest.fixture
def signature(leader: Account) -> SigningCertificate:
    """Demonstration certificates are in the name of Phạm Văn Giả Định and end after 2026."""
    return demo_certificate(leader.pk)


@pytest.fixture
def seal(office: Office) -> SigningCertificate:
    return demo_certificate(office.pk, HolderKind.OFFICE)
