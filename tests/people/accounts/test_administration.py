"""Policies, tokens, clean-up, and the pure rules of signing in."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.errors import Refused
from motcua.people.accounts import actions, rules, tokens
from motcua.people.accounts.cli import token as token_command
from motcua.people.accounts.jobs import forget_sessions
from motcua.people.accounts.models import Account, ApiToken, Factor, FactorReset, Session
from motcua.people.accounts.queries import policy
from motcua.people.accounts.scopes import PERSONAL
from motcua.people.accounts.sealing import InvalidToken, keyed_digest, seal, unseal
from tests.factories import make_account, make_citizen, make_office, make_officer, sign_in

ADMIN_PAGES = ["/desk/sign-in-policy/", "/desk/sign-in-policy/officer/", "/desk/tokens/"]


@given(st.binary(min_size=20, max_size=20), st.integers(10**9, 2**33), st.integers(-4, 4))
def test_codes_of_neighbouring_steps_pass_and_others_do_not(secret: bytes, now: int, offset: int) -> None:
    step = now // 30 + offset
    code = rules.authenticator(secret).generate(step * 30).decode()
    found = rules.totp_step(secret, code, seconds=now, last_step=-1)
    near = {rules.authenticator(secret).generate((now // 30 + each) * 30).decode() for each in (-1, 0, 1)}
    assert (found is not None) == (code in near)
    if found is not None:
        assert rules.totp_step(secret, code, seconds=now, last_step=now // 30 + 1) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert rules.totp_step(b"x" * 20, code, seconds=1_000_000, last_step=0) is None


@given(st.integers(1, 4))
def test_codes_on_paper_survive_being_typed(groups: int) -> None:
    code = rules.new_code(groups)
    assert rules.normal_code(code.upper().replace("-", " ")) == code


@pytest.mark.parametrize(
    ("required", "has", "used", "expected"),
    [
        (True, False, False, "enrol"),
        (True, True, True, "full"),
        (False, False, False, "full"),
        (False, True, True, "full"),
    ],
)
def test_assurance(required: bool, has: bool, used: bool, expected: str) -> None:
    assert rules.assurance(required=required, has_factor=has, used_factor=used) == expected


def test_a_registered_factor_cannot_be_left_out() -> None:
    with pytest.raises(ValueError, match="not asked for"):
        rules.assurance(required=True, has_factor=True, used_factor=False)


def test_devices_in_words() -> None:
    windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"
    assert rules.device_name(windows) == "Chrome · Windows"
    assert rules.device_name(iphone) == "Safari · iPhone"
    assert rules.device_name("curl/8") == ""


def test_sealed_data_opens_only_whole() -> None:
    sealed = seal("bí mật".encode())
    assert unseal(sealed) == "bí mật".encode()
    assert "bí mật".encode() not in sealed
    with pytest.raises(InvalidToken):
        unseal(sealed[:-4] + b"AAAA")
    assert keyed_digest("1", purpose="a") != keyed_digest("1", purpose="b")


@pytest.fixture
def administrator() -> Account:
    return make_account("quan-tri", is_administrator=True)


@pytest.mark.django_db
def test_only_administrators_change_sign_in(client: Client, administrator: Account) -> None:
    for path in ADMIN_PAGES:
        assert client.get(path).status_code == 302
    for account in (make_citizen().account, make_officer(roles=["admin"])):
        browser = sign_in(Client(), account)
        assert [browser.get(path).status_code for path in ADMIN_PAGES] == [403] * 3
    sign_in(client, administrator)
    assert [client.get(path).status_code for path in ADMIN_PAGES] == [200] * 3
    assert client.get("/desk/sign-in-policy/nobody/").status_code == 404


@pytest.mark.django_db
def test_policy_is_changed_on_its_page(client: Client, administrator: Account) -> None:
    sign_in(client, administrator)
    form = {
        "allowed": ["password", "totp"], "second_factor": "optional", "max_attempts": "4",
        "max_attempts_of_address": "90", "window_minutes": "20", "idle_minutes": "30", "session_hours": "9",
    }  # fmt: skip
    path = "/desk/sign-in-policy/officer/"
    for wrong in ("ba mươi", "3²", "99999"):
        assert client.post(path, form | {"idle_minutes": wrong}).status_code == 422
    assert client.post(path, form | {"allowed": [], "idle_minutes": "30"}).status_code == 422
    assert client.post(path, form | {"allowed": ["password"], "second_factor": "required"}).status_code == 422
    by_passkey = form | {"allowed": ["passkey"]}
    assert "một quản trị viên phải đăng ký khóa truy cập" in client.post(path, by_passkey).content.decode()
    assert policy("officer").password, "nobody has a passkey yet"
    Factor.objects.create(
        account=administrator, kind="passkey", label="x", material=b"x", credential_id=b"x", created_at=timezone.now()
    )
    assert client.post(path, by_passkey).status_code == 302
    assert not policy("officer").password
    assert client.post(path, form)["Location"] == "/desk/sign-in-policy/"
    changed = policy("officer")
    assert (changed.passkey, changed.second_factor, changed.max_attempts) == (False, "optional", 4)
    assert policy("citizen").passkey


@pytest.mark.django_db
def test_token_opens_until_revoked_or_expired(administrator: Account) -> None:
    account = make_officer()
    plain = actions.issue_token(account=account, label="thử", scopes=["dossiers:read"])
    token = ApiToken.objects.get()
    assert plain not in (token.digest, str(token.pk))
    principal = tokens.authenticate(plain)
    assert (principal.account, principal.actor) == (account, account.pk)
    assert principal.may("dossiers:read")
    assert not principal.may("dossiers:write")
    actions.revoke_token(token_id=token.pk, by=administrator)
    expired = actions.issue_token(service="Trục liên thông", label="thử", scopes=["files:write"])
    ApiToken.objects.filter(service="Trục liên thông").update(expires_at=timezone.now())
    closed = actions.issue_token(account=account, label="thử", scopes=["files:write"])
    Account.objects.filter(pk=account.pk).update(is_active=False)
    for dead in (plain, expired, closed, "motcua_khong-co"):
        with pytest.raises(tokens.Unauthenticated):
            tokens.authenticate(dead)


@pytest.mark.django_db
def test_who_asks_is_read_from_the_token_never_from_the_session() -> None:
    plain = actions.issue_token(service="Trục liên thông", label="thử", scopes=["files:write"])
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {plain}"})
    assert tokens.principal_of(request).name == "Trục liên thông"
    for headers in ({}, {"Authorization": f"Basic {plain}"}, {"Authorization": "Bearer"}):
        request = RequestFactory().get("/", headers=headers)
        request.user = make_account(name="Nguyễn Văn Mẫu")
        with pytest.raises(tokens.Unauthenticated):
            tokens.principal_of(request)


@pytest.mark.django_db
def test_token_needs_one_owner_a_scope_and_an_end() -> None:
    good = {"service": "Trục liên thông", "label": "thử", "scopes": ["files:write"]}
    for wrong in (
        {"service": ""},
        {"account": make_account()},
        {"scopes": []},
        {"scopes": ["dossier:read"]},
        {"days": 0},
        {"days": 9999},
    ):
        with pytest.raises(Refused):
            actions.issue_token(**(good | wrong))


@pytest.mark.django_db
def test_token_command(administrator: Account) -> None:
    run = CliRunner().invoke
    issued = run(token_command, ["--as", "QUAN-TRI", "--scope", "dossiers:read"], catch_exceptions=False)
    assert tokens.authenticate(issued.output.strip()).account == administrator
    assert ApiToken.objects.get().label == "dòng lệnh"
    of_a_person = run(token_command, ["--as", "quan-tri"], catch_exceptions=False)
    assert tokens.authenticate(of_a_person.output.strip()).scopes == set(PERSONAL)
    assert run(token_command, ["--as", "ai-do", "--scope", "dossiers:read"]).exit_code == 1
    assert run(token_command, ["--scope", "dossiers:read"]).exit_code == 1
    assert "dossiers:write" in run(token_command, ["--service", "Trục liên thông", "--scope", "dossier:write"]).output
    assert run(token_command, ["--service", "Trục liên thông"]).exit_code == 1


@pytest.mark.django_db
def test_token_is_issued_and_revoked_on_the_page(client: Client, administrator: Account) -> None:
    sign_in(client, administrator)
    form = {"service": "Trục liên thông", "label": "thử", "scopes": "dossiers:read files:write", "days": "30"}
    assert client.post("/desk/tokens/", form | {"days": "mãi"}).status_code == 422
    page = client.post("/desk/tokens/", form).content.decode()
    plain = page.split("<code>")[1].split("</code>")[0]
    assert tokens.authenticate(plain).scopes == {"dossiers:read", "files:write"}
    client.post(f"/desk/tokens/{ApiToken.objects.get().pk}/revoke/")
    with pytest.raises(tokens.Unauthenticated):
        tokens.authenticate(plain)


@pytest.mark.django_db
def test_nobody_confirms_their_own_reset_even_past_the_action(administrator: Account) -> None:
    office, account = make_office(), make_officer()
    reset = actions.start_reset(account=account, by=administrator, office_id=office.pk, reason="thử")
    for wrong in (administrator, account):
        with pytest.raises(Refused):
            actions.confirm_reset(reset_id=reset.pk, by=wrong)
        with pytest.raises(IntegrityError), transaction.atomic():
            FactorReset.objects.update(confirmed_by=wrong, confirmed_at=timezone.now())
    with pytest.raises(Refused):
        actions.start_reset(account=account, by=administrator, office_id=office.pk, reason="lần nữa")


@pytest.mark.django_db
def test_ended_sessions_are_forgotten_a_day_later() -> None:
    now = timezone.now()
    for digest, hours in (("past", -25), ("just", -1), ("alive", 1)):
        Session.objects.create(
            digest=digest, account=make_account(), data="", created_at=now, seen_at=now, idle_minutes=60,
            expires_at=now + timedelta(hours=hours),
        )  # fmt: skip
    forget_sessions()
    assert set(Session.objects.values_list("digest", flat=True)) == {"just", "alive"}
