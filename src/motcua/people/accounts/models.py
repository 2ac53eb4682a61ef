"""Accounts, the factors they sign in with, their sessions, and the policy that says what is asked of whom."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.identifiers.models import Keyed


class AccountManager(BaseUserManager["Account"]):
    """Accounts by their username, which is stored in lower case."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        """A new account; without password it can only be given one by a supervised reset."""
        account = self.model(username=username.strip().lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(Keyed, AbstractBaseUser):
    """Whoever signs in: officer, citizen, or both under separate sign-ins (tài khoản)."""

    class Language(models.TextChoices):
        VIETNAMESE = "vi", _("Vietnamese")
        ENGLISH = "en", _("English")

    username = models.CharField(max_length=80, unique=True)
    display_name = models.CharField(max_length=120)
    email = models.EmailField(null=True, blank=True)  # noqa: DJ001 - unknown is not empty
    phone = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)  # of the province's ICT centre
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.VIETNAMESE)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects = AccountManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(username__regex=r"^[a-z0-9][a-z0-9._@-]*$"),
                name="account_username_letters",
                violation_error_message=_("A user name has small letters, digits, dots, hyphens and @ only."),
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_officer(self) -> bool:
        """Whether it has an officer's profile; the session's query has joined it."""
        return hasattr(self, "officer")

    @property
    def is_citizen(self) -> bool:
        """Whether it has a citizen's or business's profile; the session's query has joined it."""
        return hasattr(self, "party")


class SignInPolicy(models.Model):
    """What is asked of officers and of citizens who sign in. Two rows, changed by an administrator."""

    class Kind(models.TextChoices):
        OFFICER = "officer", _("Officers")
        CITIZEN = "citizen", _("Citizens and businesses")

    class SecondFactor(models.TextChoices):
        REQUIRED = "required", _("Required")
        OPTIONAL = "optional", _("Optional")

    kind = models.CharField(max_length=10, choices=Kind.choices, primary_key=True)
    password = models.BooleanField(default=True)
    totp = models.BooleanField(default=True)
    passkey = models.BooleanField(default=True)
    second_factor = models.CharField(max_length=8, choices=SecondFactor.choices, default=SecondFactor.REQUIRED)
    sign_up = models.BooleanField(default=False)
    max_attempts = models.PositiveSmallIntegerField(default=10)  # of one account in the window
    max_attempts_of_address = models.PositiveSmallIntegerField(default=300)  # an office shares one address
    window_minutes = models.PositiveSmallIntegerField(default=15)
    idle_minutes = models.PositiveSmallIntegerField(default=60)
    session_hours = models.PositiveSmallIntegerField(default=12)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(password=True) | Q(passkey=True),
                name="policy_some_way_in",
                violation_error_message=_("At least a password or a passkey must be allowed."),
            ),
            models.CheckConstraint(
                condition=~Q(second_factor="required", totp=False, passkey=False),
                name="policy_second_factor_exists",
                violation_error_message=_("A required second factor needs an authenticator app or a passkey."),
            ),
            models.CheckConstraint(
                condition=Q(
                    max_attempts__gte=1,
                    max_attempts_of_address__gte=1,
                    window_minutes__gte=1,
                    idle_minutes__gte=5,
                    session_hours__gte=1,
                ),
                name="policy_sane_numbers",
                violation_error_message=_(
                    "Attempts, minutes and hours must be positive; idle time at least 5 minutes."
                ),
            ),
        ]


class Session(models.Model):
    """A browser's session. The cookie holds a random key, the row its SHA-256: a stolen table opens nothing."""

    digest = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="sessions")
    data = models.TextField()
    address = models.CharField(max_length=64, blank=True)
    device = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle_minutes = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-seen_at"], name="session_of_account"),
            models.Index(fields=["expires_at"], name="session_expiry"),
        ]

    def lives_at(self, moment: datetime) -> bool:
        """Whether it has neither run out nor lain unused too long."""
        return moment < min(self.expires_at, self.seen_at + timedelta(minutes=self.idle_minutes))


class Factor(Keyed):
    """A second thing the person has: an authenticator app (TOTP, RFC 6238) or a passkey (WebAuthn).

    ``material`` is the encrypted TOTP secret, or the passkey's public credential.
    """

    class Kind(models.TextChoices):
        TOTP = "totp", _("Authenticator app")
        PASSKEY = "passkey", _("Passkey")

    account = models.ForeignKey(Account, models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    label = models.CharField(max_length=80)
    material = models.BinaryField()
    credential_id = models.BinaryField(null=True, unique=True)
    counter = models.BigIntegerField(default=0)  # last accepted TOTP step, or the passkey's signature counter
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="totp", credential_id=None) | Q(kind="passkey", credential_id__isnull=False),
                name="factor_credential_of_passkey",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(kind="totp"),
                name="factor_one_totp",
                violation_error_message=_("An authenticator app is registered already."),
            ),
        ]


class RecoveryCode(Keyed):
    """A code on paper for the day the second factor is lost; used once. Only its keyed digest is stored."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="recovery_code_once")]


class FactorReset(Keyed):
    """A supervised reset: one person starts it, a second one who knows the holder confirms (nguyên tắc bốn mắt)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="resets")
    started_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    office_id = models.UUIDField()  # where the second person must work
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="reset_confirmed_wholly",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | (~Q(confirmed_by=F("started_by")) & ~Q(confirmed_by=F("account"))),
                name="reset_four_eyes",
                violation_error_message=_("A second person must confirm the reset."),
            ),
            models.CheckConstraint(
                condition=~Q(started_by=F("account")),
                name="reset_not_own",
                violation_error_message=_("Nobody resets their own sign-in."),
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(confirmed_at=None),
                name="reset_one_open",
                violation_error_message=_("A reset of this account waits for confirmation already."),
            ),
        ]


class ApiToken(Keyed):
    """A key for programs: of an account, or of a named service. Only its SHA-256 is stored."""

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="tokens")
    service = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, service="") | (Q(account=None) & ~Q(service="")),
                name="token_of_account_or_service",
                violation_error_message=_("A token belongs to an account or to a service."),
            )
        ]

    def lives_at(self, moment: datetime) -> bool:
        """Whether it opens anything at a moment."""
        return self.revoked_at is None and moment < self.expires_at


class StartCode(Keyed):
    """A code handed over in person with which an account's holder sets a password once (mã kích hoạt)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="start_codes")
    digest = models.CharField(max_length=64)
    issued_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="start_code_once")]


class KeptForm(Keyed):
    """What was typed into a form when the session had ended, kept 30 minutes for the same browser and account."""

    digest = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    path = models.CharField(max_length=500)
    fields = models.BinaryField()  # encrypted
    expires_at = models.DateTimeField()


class ExternalIdentity(Keyed):
    """An electronic identity by which an account signs in (liên kết định danh điện tử)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="external_identities")
    provider = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)  # under which the provider knows the person
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="external_identity_once"),
            models.UniqueConstraint(
                fields=["account", "provider"],
                name="external_identity_one_of_provider",
                violation_error_message=_("This account is linked with another identity already."),
            ),
        ]
