"""Whether a certificate may be trusted at a moment, and what is known of its revocation.

Everything comes with the call: trusted roots, certificates and revocation data of the file, revocation data that the
house has kept. Nothing is fetched.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext, find_valid_path
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

from motcua.engines.signing.verification.verdicts import CertificateFacts, Revocation, Trust

# Which purposes fit a signer when the authority names any (RFC 5280, 4.2.1.12; RFC 9336 for signing documents).
# Vietnamese authorities write client authentication and e-mail into certificates meant for signing.
_SIGNING_PURPOSES = frozenset(
    {
        "client_auth",
        "email_protection",
        "any_extended_key_usage",
        "1.3.6.1.5.5.7.3.36",
        "microsoft_document_signing",
        "adobe_authentic_documents_trust",
    }
)
_WEAK_DIGESTS = frozenset({"md2", "md5", "sha1"})
_FEWEST_RSA_BITS = 2048
# So many moments are asked for a word against a certificate.
_MOST_MOMENTS = 3


class Usage(Enum):
    """What a certificate is used for."""

    SIGNING = KeyUsageConstraints(
        key_usage={"digital_signature", "non_repudiation"},
        extd_key_usage=_SIGNING_PURPOSES,
        explicit_extd_key_usage_required=False,
    )
    TIMESTAMPING = KeyUsageConstraints(extd_key_usage={"time_stamping"}, explicit_extd_key_usage_required=True)
    ANY = KeyUsageConstraints()


def is_for_signing(der: bytes) -> bool:
    """Whether a certificate's authority means it for signing documents. Raises ``ValueError`` for what is none."""
    try:
        Usage.SIGNING.value.validate(x509.Certificate.load(der))
    except InvalidCertificateError:
        return False
    return True


@dataclass(frozen=True)
class Values:
    """What a signature brings for later checks: certificates, and what authorities said of their revocation."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()

    def __add__(self, other: "Values") -> "Values":
        """Both."""
        return Values(self.certificates + other.certificates, self.crls + other.crls, self.ocsps + other.ocsps)

    @property
    def tells_of_revocation(self) -> bool:
        """Whether there is any word on revocation among them."""
        return bool(self.crls or self.ocsps)


@dataclass(frozen=True)
class Material:
    """What there is to judge certificates by; ``house`` is the revocation data that the house itself has kept."""

    roots: tuple[x509.Certificate, ...] = ()
    anchors: SimpleTrustManager = field(default_factory=SimpleTrustManager)
    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()
    house: tuple[tuple[crl.CertificateList, ...], tuple[ocsp.OCSPResponse, ...]] = ((), ())

    def with_certificates(self, more: Iterable[x509.Certificate]) -> "Material":
        """The same and more certificates from which paths may be built."""
        return replace(self, certificates=(*self.certificates, *more))

    def with_revocations(self, crls: Iterable[crl.CertificateList], ocsps: Iterable[ocsp.OCSPResponse]) -> "Material":
        """The same and more revocation data."""
        return replace(self, crls=(*self.crls, *crls), ocsps=(*self.ocsps, *ocsps))

    def with_values(self, values: Values) -> "Material":
        """The same and what a signature brings."""
        return self.with_certificates(values.certificates).with_revocations(values.crls, values.ocsps)

    @property
    def without_file(self) -> "Material":
        """The same with the house's own revocation data alone."""
        crls, ocsps = self.house
        return replace(self, crls=crls, ocsps=ocsps)


@dataclass(frozen=True)
class Judgement:
    """What is to be said of a certificate at a moment."""

    trust: Trust
    revocation: Revocation = Revocation.UNKNOWN
    revoked_at: datetime | None = None
    issuers: tuple[str, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether there is nothing against it."""
        return self.trust is Trust.TRUSTED


@dataclass
class Judge:
    """Judges certificates by one file's material; remembers what it has said."""

    material: Material
    _said: dict[tuple[bytes, datetime, Usage, frozenset[bytes]], Judgement] = field(default_factory=dict)
    _known: dict[bytes, x509.Certificate] = field(init=False)

    def __post_init__(self) -> None:
        """Note which certificates came otherwise than with a signature."""
        self._known = {each.dump(): each for each in (*self.material.roots, *self.material.certificates)}

    async def judge(
        self,
        certificate: x509.Certificate,
        *,
        at: datetime,
        usage: Usage,
        others: Sequence[x509.Certificate],
    ) -> Judgement:
        """Judge one certificate at a moment. ``others`` came with the signature."""
        # The same certificate comes with each signature, each time stamp and once more in the file: it is read once.
        certificate, *others = (self._known.setdefault(each.dump(), each) for each in (certificate, *others))
        key = (certificate.sha256, at, usage, frozenset(other.sha256 for other in others))
        if key not in self._said:
            material = self.material.with_certificates(others)
            self._said[key] = await _judge(certificate, material, at, usage)
        return self._said[key]


async def _judge(certificate: x509.Certificate, material: Material, at: datetime, usage: Usage) -> Judgement:
    if _is_weak(certificate):
        return Judgement(Trust.WEAK)
    if certificate.subject == certificate.issuer and certificate not in material.roots:
        return Judgement(Trust.SELF_SIGNED)
    house: Judgement | None = None
    if any(material.house):
        # A file may bring an older word, from before a revocation that the house has heard of.
        house = await _path(certificate, material.without_file, at, usage, revocation=True)
        if house is not None and house.trust in (Trust.REVOKED, Trust.SUSPENDED):
            return house
    if material.crls or material.ocsps:
        judged = await _path(certificate, material, at, usage, revocation=True)
        if judged is not None and judged.trust is Trust.SUSPENDED and house is not None and house.trusted:
            # The file brings an older word: the house has heard since that the hold was lifted.
            return house if _is_lifted(judged.revoked_at, material, at) else judged
        if judged is not None:
            return judged
    judged = await _path(certificate, material, at, usage, revocation=False)
    assert judged is not None
    return await _last_word(certificate, judged, material, at) or judged


async def _last_word(
    certificate: x509.Certificate, judged: Judgement, material: Material, at: datetime
) -> Judgement | None:
    """What was last heard against a trusted certificate or one above it, where the data do not suffice for the moment.

    A revocation stays: a list that is out of date tells of it, and so does one without a word on who issued it.
    """
    above = [each for each in material.certificates if each.sha256.hex() in judged.issuers] if judged.trusted else []
    for each in (certificate, *above) if judged.trusted else ():
        for moment in (at, *_heard(material, at)):
            found = await _path(each, material, moment, Usage.ANY, revocation=True, alone=True)
            if found is not None and found.trust in (Trust.REVOKED, Trust.SUSPENDED):
                return replace(found, issuers=judged.issuers)
            if found is not None:
                break
    return None


def _heard(material: Material, at: datetime) -> list[datetime]:
    """When authorities last said something before a moment, newest first."""
    said = {moment for moment in _said(material.crls, material.ocsps) if moment <= at}
    return sorted(said, reverse=True)[:_MOST_MOMENTS]


def _said(crls: Sequence[crl.CertificateList], ocsps: Sequence[ocsp.OCSPResponse]) -> Iterator[datetime]:
    """The moments of which revocation data are."""
    for each in crls:
        yield each["tbs_cert_list"]["this_update"].native
    for answer in ocsps:
        if answer["response_status"].native == "successful":
            for single in answer.basic_ocsp_response["tbs_response_data"]["responses"]:
                yield single["this_update"].native


async def _path(
    certificate: x509.Certificate,
    material: Material,
    at: datetime,
    usage: Usage,
    *,
    revocation: bool,
    alone: bool = False,
) -> Judgement | None:
    """Build and check the path; None when the revocation data do not suffice.

    ``alone``: the certificates above may be revoked or not.
    """
    context = _context(material, at, revocation=revocation, alone=alone)
    good = Revocation.GOOD if revocation else Revocation.UNKNOWN
    try:
        paths = context.path_builder.async_build_paths_lazy(certificate)
        path = await find_valid_path(certificate, paths, validation_context=context)
        if path.pkix_len > 0:
            usage.value.validate(certificate)
    except InsufficientRevinfoError:
        return None
    except RevokedError as error:
        if error.reason.native == "certificate_hold":
            plain = await _path(certificate, material, at, usage, revocation=False)
            above = plain.issuers if plain is not None else ()
            return Judgement(Trust.SUSPENDED, Revocation.SUSPENDED, error.revocation_dt, above)
        return Judgement(Trust.REVOKED, Revocation.REVOKED, error.revocation_dt)
    except (ValidationError, PathBuildingError) as error:
        return Judgement(_reason(error), good if isinstance(error, InvalidCertificateError) else Revocation.UNKNOWN)
    issuers = [each.sha256.hex() for each in path.iter_certs(include_root=True)][:-1]
    return Judgement(Trust.TRUSTED, good, issuers=tuple(reversed(issuers)))


def _is_lifted(since: datetime | None, material: Material, at: datetime) -> bool:
    """Whether the house has a statement from after the beginning of a hold and from before the moment."""
    said = _said(*material.house)
    return since is not None and any(since < each <= at for each in said)


def _reason(error: Exception) -> Trust:
    for kind, trust in (
        (ExpiredError, Trust.EXPIRED),
        (NotYetValidError, Trust.NOT_YET_VALID),
        (DisallowedAlgorithmError, Trust.WEAK),
        (InvalidCertificateError, Trust.WRONG_USAGE),
        (PathBuildingError, Trust.UNKNOWN_ISSUER),
    ):
        if isinstance(error, kind):
            return trust
    return Trust.UNSUITABLE


def _context(material: Material, at: datetime, *, revocation: bool, alone: bool) -> ValidationContext:
    rule = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED if revocation else RevocationCheckingRule.NO_CHECK
    with_issuers = revocation and not alone
    issuers = RevocationCheckingRule.CHECK_IF_DECLARED if with_issuers else RevocationCheckingRule.NO_CHECK
    return ValidationContext(
        trust_manager=material.anchors,
        other_certs=material.certificates,
        moment=at,
        crls=material.crls if revocation else (),
        ocsps=material.ocsps if revocation else (),
        # What was published after the moment tells of it too: a later list without the certificate is good for it.
        revinfo_policy=CertRevTrustPolicy(
            RevocationCheckingPolicy(ee_certificate_rule=rule, intermediate_ca_cert_rule=issuers),
            retroactive_revinfo=True,
        ),
    )


def is_weak_digest(algorithm: str) -> bool:
    """Whether a digest can be forged today."""
    return algorithm.lower().replace("-", "") in _WEAK_DIGESTS


def _is_weak(certificate: x509.Certificate) -> bool:
    key = certificate.public_key
    return bool(key.algorithm == "rsa" and key.bit_size < _FEWEST_RSA_BITS)


def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """What a certificate says of its holder."""
    validity = certificate["tbs_certificate"]["validity"]
    subject = certificate.subject.native
    return CertificateFacts(
        subject=common_name(certificate.subject),
        organisation=_first(subject, "organization_name"),
        identity=_first(subject, "user_id", "serial_number", "organization_identifier"),
        issuer=common_name(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        fingerprint=certificate.sha256.hex(),
        valid_from=validity["not_before"].native,
        valid_to=validity["not_after"].native,
    )


def common_name(name: x509.Name) -> str:
    """The common name, else the whole name in one line."""
    return _first(name.native, "common_name") or str(name.human_friendly)


def _first(names: dict[str, str | list[str]], *wanted: str) -> str:
    for name in wanted:
        found = names.get(name)
        if found:
            return found if isinstance(found, str) else ", ".join(found)
    return ""
