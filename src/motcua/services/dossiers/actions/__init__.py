"""What can happen to a dossier: one function, one use case, one transaction, and the events it tells."""

from motcua.services.dossiers.actions.applying import (
    cancel_application_signing,
    forget_orphaned,
    sign_application,
    sign_together,
)
from motcua.services.dossiers.actions.approving import (
    approve_supplement,
    propose_supplement,
    refuse_supplement,
    withdraw_proposal,
)
from motcua.services.dossiers.actions.asking import answer_supplement, lapse_supplement, request_supplement
from motcua.services.dossiers.actions.concluding import Progress, conclude_left, conclude_signing, forget_unsent
from motcua.services.dossiers.actions.copying import Copying, copy_result
from motcua.services.dossiers.actions.counter import receive
from motcua.services.dossiers.actions.drafting import (
    attach_to_draft,
    choose_anew,
    decide_proposals,
    discard_draft,
    propose_answers,
    remove_from_draft,
    renew_draft,
    reuse_in_draft,
    save_draft,
    save_page,
    start_draft,
)
from motcua.services.dossiers.actions.ending import refuse, stop, withdraw
from motcua.services.dossiers.actions.extending import extend
from motcua.services.dossiers.actions.handing_over import return_result
from motcua.services.dossiers.actions.importing import import_dossiers
from motcua.services.dossiers.actions.joining import (
    claim_invitation,
    confirm_application,
    decline_application,
    invite,
    record_presence,
    remind,
    remove_co_applicant,
)
from motcua.services.dossiers.actions.mending import reroute, resolve_incident, retry
from motcua.services.dossiers.actions.opening import start_from_document
from motcua.services.dossiers.actions.papers import add_paper, digitise, record_no_scan, remove_paper, state_validity
from motcua.services.dossiers.actions.paying import (
    collect_fee,
    collect_fees,
    count_fee,
    refund_fee,
    settle_order,
    waive_fee,
)
from motcua.services.dossiers.actions.receiving import deliver_message
from motcua.services.dossiers.actions.reception import accept
from motcua.services.dossiers.actions.repeating import copy_into_draft
from motcua.services.dossiers.actions.results import prepare_result
from motcua.services.dossiers.actions.sending import send_draft
from motcua.services.dossiers.actions.signing import (
    Signing,
    Wish,
    initial_result,
    seal_result,
    sign_result,
    sign_results,
)
from motcua.services.dossiers.actions.submitting import NewPaper, Submission, submit
from motcua.services.dossiers.actions.waiting import child_ended, fire_timer, run_service, spawn_child
from motcua.services.dossiers.actions.working import (
    claim,
    complete,
    hand_over,
    mark_seen,
    reassign,
    release,
    send_back,
    take_back,
)
from motcua.services.dossiers.actions.working_papers import convert_working_paper, keep_working_paper

__all__ = [
    "Copying",
    "NewPaper",
    "Progress",
    "Signing",
    "Submission",
    "Wish",
    "accept",
    "add_paper",
    "answer_supplement",
    "approve_supplement",
    "attach_to_draft",
    "cancel_application_signing",
    "child_ended",
    "choose_anew",
    "claim",
    "claim_invitation",
    "collect_fee",
    "collect_fees",
    "complete",
    "conclude_left",
    "conclude_signing",
    "confirm_application",
    "convert_working_paper",
    "copy_into_draft",
    "copy_result",
    "count_fee",
    "decide_proposals",
    "decline_application",
    "deliver_message",
    "digitise",
    "discard_draft",
    "extend",
    "fire_timer",
    "forget_orphaned",
    "forget_unsent",
    "hand_over",
    "import_dossiers",
    "initial_result",
    "invite",
    "keep_working_paper",
    "lapse_supplement",
    "mark_seen",
    "prepare_result",
    "propose_answers",
    "propose_supplement",
    "reassign",
    "receive",
    "record_no_scan",
    "record_presence",
    "refund_fee",
    "refuse",
    "refuse_supplement",
    "release",
    "remind",
    "remove_co_applicant",
    "remove_from_draft",
    "remove_paper",
    "renew_draft",
    "request_supplement",
    "reroute",
    "resolve_incident",
    "retry",
    "return_result",
    "reuse_in_draft",
    "run_service",
    "save_draft",
    "save_page",
    "seal_result",
    "send_back",
    "send_draft",
    "settle_order",
    "sign_application",
    "sign_result",
    "sign_results",
    "sign_together",
    "spawn_child",
    "start_draft",
    "start_from_document",
    "state_validity",
    "stop",
    "submit",
    "take_back",
    "waive_fee",
    "withdraw",
    "withdraw_proposal",
]
