"""What can happen to signing, by what it is about."""

from motcua.engines.signing.actions.anchors import add_trust_anchor, add_trust_anchors, withdraw_trust_anchor
from motcua.engines.signing.actions.callbacks import heed_call
from motcua.engines.signing.actions.certificates import withdraw_certificate
from motcua.engines.signing.actions.checking import check_again, check_signatures
from motcua.engines.signing.actions.collecting import SignedDocument, collect_signed, discard_signed, sign_document
from motcua.engines.signing.actions.earlier import check_earlier
from motcua.engines.signing.actions.files import sign_file
from motcua.engines.signing.actions.holding import (
    create_demo_authority,
    issue_demo_certificate,
    refresh_certificates,
    register_means,
    withdraw_means,
)
from motcua.engines.signing.actions.keys import import_certificate, request_certificate
from motcua.engines.signing.actions.partner_documents import take_document
from motcua.engines.signing.actions.partners import (
    PartnerItem,
    TooManyOpen,
    agree_to_request,
    all_can_be_opened,
    forget_requests,
    receive_request,
    refuse_request,
)
from motcua.engines.signing.actions.policies import decide_policy
from motcua.engines.signing.actions.proving import (
    Proof,
    ask_certificates,
    ask_proof,
    register_certificate,
    register_certificate_file,
)
from motcua.engines.signing.actions.signing import DocumentToSign, ask_signer, begin_signing, start_signing
from motcua.engines.signing.actions.waiting import (
    cancel_signing,
    challenge_signing,
    consent_address,
    consent_signing,
    deliver_signing,
    settle_service,
    settle_signing,
)
from motcua.engines.signing.actions.whole import file_to_sign, take_returned

__all__ = [
    "DocumentToSign",
    "PartnerItem",
    "Proof",
    "SignedDocument",
    "TooManyOpen",
    "add_trust_anchor",
    "add_trust_anchors",
    "agree_to_request",
    "all_can_be_opened",
    "ask_certificates",
    "ask_proof",
    "ask_signer",
    "begin_signing",
    "cancel_signing",
    "challenge_signing",
    "check_again",
    "check_earlier",
    "check_signatures",
    "collect_signed",
    "consent_address",
    "consent_signing",
    "create_demo_authority",
    "decide_policy",
    "deliver_signing",
    "discard_signed",
    "file_to_sign",
    "forget_requests",
    "heed_call",
    "import_certificate",
    "issue_demo_certificate",
    "receive_request",
    "refresh_certificates",
    "refuse_request",
    "register_certificate",
    "register_certificate_file",
    "register_means",
    "request_certificate",
    "settle_service",
    "settle_signing",
    "sign_document",
    "sign_file",
    "start_signing",
    "take_document",
    "take_returned",
    "withdraw_certificate",
    "withdraw_means",
    "withdraw_trust_anchor",
]
