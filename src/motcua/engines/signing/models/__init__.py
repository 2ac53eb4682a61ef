"""What is stored of signing, by subject."""

from motcua.engines.signing.models.files import EarlierFiles, FileCheck, Level, SignedFile, SignedVersion, UpgradeState
from motcua.engines.signing.models.holding import (
    PUBLIC_KINDS,
    HolderCheck,
    HolderKind,
    SigningCertificate,
    SigningMeans,
)
from motcua.engines.signing.models.partners import PartnerDocument, PartnerRequest
from motcua.engines.signing.models.pictures import SigningPicture
from motcua.engines.signing.models.policies import DocumentLevel, SigningPolicy
from motcua.engines.signing.models.transactions import (
    ServiceStanding,
    SigningDocument,
    SigningTransaction,
    TransactionState,
)
from motcua.engines.signing.models.trust import RevocationStatement, Suspension, TrustAnchor

__all__ = [
    "PUBLIC_KINDS",
    "DocumentLevel",
    "EarlierFiles",
    "FileCheck",
    "HolderCheck",
    "HolderKind",
    "Level",
    "PartnerDocument",
    "PartnerRequest",
    "RevocationStatement",
    "ServiceStanding",
    "SignedFile",
    "SignedVersion",
    "SigningCertificate",
    "SigningDocument",
    "SigningMeans",
    "SigningPicture",
    "SigningPolicy",
    "SigningTransaction",
    "Suspension",
    "TransactionState",
    "TrustAnchor",
    "UpgradeState",
]
