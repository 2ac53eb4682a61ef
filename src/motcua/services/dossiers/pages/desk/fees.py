"""Fees of a dossier at the desk: counted, collected, waived, given back."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.kernel.errors import NotFound
from motcua.kernel.text import dong
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import FeeLine
from motcua.services.dossiers.pages.desk.asking import INTERNAL_REASON, Act, Ask, Choices, Doing
from motcua.services.dossiers.pages.desk.papers import papers_and_fees
from motcua.services.payments.rules import refunds


def _collect(doing: Doing) -> str:
    by = doing.by("reception", "cashier")
    method, slip = doing.text("method"), doing.text("slip")
    actions.collect_fee(
        doing.dossier.pk,
        line=doing.required_subject,
        method=method,
        slip=slip,
        by=by,
        seen_version=doing.seen_version,
    )
    return papers_and_fees(doing)


def _waive(doing: Doing) -> str:
    actions.waive_fee(
        doing.dossier.pk,
        line=doing.required_subject,
        reason=doing.text("reason"),
        by=doing.by("reception"),
        seen_version=doing.seen_version,
    )
    return papers_and_fees(doing)


def _count(doing: Doing) -> str:
    quantity, by = doing.whole("quantity"), doing.by("reception", "cashier")
    actions.count_fee(
        doing.dossier.pk, line=doing.required_subject, quantity=quantity, by=by, seen_version=doing.seen_version
    )
    return papers_and_fees(doing)


def _refund(doing: Doing) -> str:
    amount, reason = doing.whole("amount"), doing.text("reason")
    actions.refund_fee(
        doing.dossier.pk,
        line=doing.required_subject,
        amount=amount,
        method=doing.text("method"),
        reason=reason,
        by=doing.by("head"),
        seen_version=doing.seen_version,
    )
    return papers_and_fees(doing)


def _ways_back(doing: Doing) -> Choices:
    """As it was paid, or by transfer."""
    return [(way, str(FeeLine.Method(way).label)) for way in refunds.ways(_fee_of(doing).method)]


def _to_collect(doing: Doing) -> list[dict[str, Any]]:
    fee = _fee_of(doing)
    return [{"label": _("Fee"), "value": fee.full_name}, {"label": _("Amount"), "value": dong(fee.amount)}]


def _paid(doing: Doing) -> list[dict[str, Any]]:
    fee = _fee_of(doing)
    return [{"label": _("Fee"), "value": fee.full_name}, {"label": _("Collected"), "value": dong(fee.kept)}]


def _fee_of(doing: Doing) -> FeeLine:
    fee = FeeLine.objects.filter(dossier=doing.dossier, pk=doing.required_subject).first()
    if fee is None:
        raise NotFound(_("There is no such fee."))
    return fee


FEES: dict[str, Act] = {
    "collect_fee": Act(
        "collect_fee", gettext_lazy("Collect a fee"), gettext_lazy("Collected"),
        gettext_lazy("The fee has been collected."), _collect,
        (Ask("method", gettext_lazy("How it was paid"), "radios",
             choices=lambda doing: FeeLine.counter_methods(), first=lambda doing: "cash"),
         Ask("slip", gettext_lazy("Approval number"), "text",
             hint=gettext_lazy("Of a payment by card, from the terminal's slip"))), listed=False,
        shown=_to_collect,
    ),
    "waive_fee": Act(
        "waive_fee", gettext_lazy("Waive a fee"), gettext_lazy("Waive"), gettext_lazy("The fee has been waived."),
        _waive, (INTERNAL_REASON,), listed=False,
    ),
    "refund_fee": Act(
        "refund_fee", gettext_lazy("Refund a fee"), gettext_lazy("Refund"),
        gettext_lazy("The fee has been refunded."), _refund,
        (Ask("amount", gettext_lazy("How much is given back (đ)"), "money",
             hint=gettext_lazy("All of it, or a part: what is left stays collected."),
             first=lambda doing: str(_fee_of(doing).kept)),
         Ask("method", gettext_lazy("How it is given back"), "radios", choices=_ways_back,
             first=lambda doing: _fee_of(doing).method), INTERNAL_REASON), listed=False, final=True,
        shown=_paid,
    ),
    "count_fee": Act(
        "collect_fee", gettext_lazy("Set the number of a fee"), gettext_lazy("Set the number"),
        gettext_lazy("The number has been set."), _count,
        (Ask("quantity", gettext_lazy("How many"), "number", hint=gettext_lazy("The price of each stays the same."),
             first=lambda doing: str(_fee_of(doing).quantity)),), listed=False,
        shown=lambda doing: [{"label": _("Fee"), "value": _fee_of(doing).full_name}],
    ),
}  # fmt: skip
