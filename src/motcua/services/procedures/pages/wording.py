"""Limits, fees and steps as people read them; made before a template sees them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from motcua.engines.process.graph import Flow, Graph, Kind, Node
from motcua.kernel.text import dong
from motcua.people.officers.models import Role
from motcua.services.procedures.choices import Currency, FeeKind, FeeStatus, LimitStatus, LimitUnit
from motcua.services.procedures.models import CaseTerms, FeeItem


@dataclass(frozen=True)
class TermsRow:
    """One channel of a case. ``source`` are the source's own words where they say more than what was understood."""

    channel: str
    limit: str
    fees: list[str]
    description: str
    source: str


def terms_row(terms: CaseTerms) -> TermsRow:
    """A channel's limit and fees in words."""
    return TermsRow(
        terms.get_channel_display(), limit_text(terms), list(fee_texts(terms)), terms.description, _source(terms)
    )


def limit_text(terms: CaseTerms) -> str:
    """``20 working days``; where the unit or the whole is unknown it says so and never guesses."""
    if terms.limit_status == LimitStatus.PARSED and terms.limit_value is not None:
        return (
            terms.limit_text
            if terms.case_id and terms.limit_text
            else amount_of_time(terms.limit_value, terms.limit_unit)
        )
    if terms.limit_status == LimitStatus.UNIT_MISSING and terms.limit_value is not None:
        return _("%(number)s (the unit is not given)") % {"number": plain_number(terms.limit_value)}
    if terms.limit_status == LimitStatus.NOT_UNDERSTOOD:
        return terms.limit_text
    return pgettext("catalogue", "Not given")


def amount_of_time(value: Decimal, unit: str) -> str:
    """A number with its unit."""
    count = int(value) if value == value.to_integral_value() else 2
    texts = {
        LimitUnit.HOUR: ngettext("%(number)s working hour", "%(number)s working hours", count),
        LimitUnit.DAY: ngettext("%(number)s day", "%(number)s days", count),
        LimitUnit.WORKING_DAY: ngettext("%(number)s working day", "%(number)s working days", count),
        LimitUnit.MONTH: ngettext("%(number)s month", "%(number)s months", count),
    }
    return texts[LimitUnit(unit)] % {"number": plain_number(value)}


def plain_number(value: Decimal) -> str:
    """``20``, ``0,5`` (``0.5`` in English)."""
    text = f"{value.normalize():f}"
    return text.replace(".", ",") if get_language() == "vi" else text


def fee_texts(terms: CaseTerms) -> Iterator[str]:
    """Each fee line in words, or the one sentence that there is none."""
    if terms.fee_status == FeeStatus.FREE:
        yield _("Free of charge")
    elif terms.fee_status == FeeStatus.PARSED:
        yield from map(fee_text, terms.fees.all())
    elif terms.fee_status == FeeStatus.NOT_GIVEN:
        yield _("The amount is not given")
    else:
        yield _("See the text of the source")


def fee_text(fee: FeeItem) -> str:
    """``8.000 đ / bản – Phí cấp bản sao``, and when it is paid where that is not beforehand."""
    amount = dong(fee.amount) if fee.currency == Currency.VND else f"{fee.amount} USD"
    per = f" / {fee.unit}" if fee.unit else ""
    name = fee.name or (fee.get_kind_display() if fee.kind != FeeKind.UNSPECIFIED else "")
    text = f"{amount}{per} – {name}" if name else f"{amount}{per}"
    return _("%(fee)s (paid when the result is delivered)") % {"fee": text} if fee.after_return else text


def _source(terms: CaseTerms) -> str:
    understood = {LimitStatus.PARSED, LimitStatus.NOT_GIVEN}
    limit = "" if terms.limit_status in understood else terms.limit_text
    fee = terms.fee_text if "(" in terms.fee_text or terms.fee_status == FeeStatus.NOT_UNDERSTOOD else ""
    return " · ".join(part for part in (limit, fee) if part)


def steps(process: dict[str, object]) -> list[dict[str, str]]:
    """The steps of a compiled process in an order in which they can come, each once: one way after the other, the
    usual one first, and what ways have in common after them. The first step of a way says which answer leads there.
    """
    graph = Graph.from_json(process)
    order = _in_order(graph)
    places = {name: place for place, name in enumerate(order)}
    nodes = [graph.nodes[name] for name in order if graph.nodes[name].kind is Kind.STEP]
    details = [_step_detail(node, _answers(graph, node, places)) for node in nodes]
    return [{"title": node.name or node.id, "detail": detail} for node, detail in zip(nodes, details, strict=True)]


def _in_order(graph: Graph) -> list[str]:
    """Depth first, and backwards: whatever leads to a node stands before it, unless it leads back."""
    left: list[str] = []
    ways = [(name, _following(graph, name)) for name in graph.starts.get(graph.process, ())]
    seen = {name for name, _next in ways}
    while ways:
        following = ways[-1][1]
        ahead = next((each for each in following if each not in seen), None)
        if ahead is None:
            left.append(ways.pop()[0])
        else:
            seen.add(ahead)
            ways.append((ahead, _following(graph, ahead)))
    return left[::-1]


def _following(graph: Graph, name: str) -> Iterator[str]:
    """What can come next, last what is to stand first: what is within the node, then its usual way."""
    node = graph.nodes[name]
    usual = graph.flows[node.default].target if node.default else ""
    inner = graph.starts.get(node.inner_scope, ()) if node.inner_scope else ()
    outer = sorted(graph.successors(node), key=lambda target: target != usual)
    return reversed([*inner, *outer])


def _answers(graph: Graph, node: Node, places: dict[str, int]) -> str:
    """The answers at gateways that lead to a node; empty where it can be reached without one."""
    flows = [graph.flows[name] for name in node.incoming]
    ahead = [flow for flow in flows if places.get(flow.source, len(places)) < places[node.id]]
    answers = [_answer(graph, flow, places) for flow in ahead]
    return "; ".join(answers) if all(answers) else ""


def _answer(graph: Graph, flow: Flow, places: dict[str, int]) -> str:
    """What a gateway asks, and the answer that this flow stands for; empty where every other one leads back."""
    gateway = graph.nodes[flow.source]
    onwards = [name for name in graph.successors(gateway) if places[name] > places[gateway.id]]
    asks = gateway.kind in {Kind.EXCLUSIVE, Kind.INCLUSIVE} and len(onwards) > 1 and flow.name
    return f"{gateway.name} {flow.name}".strip() if asks else ""


def _step_detail(node: Node, answers: str) -> str:
    role = Role(node.role).label if node.role in Role.values else ""
    limit = amount_of_time(Decimal(node.limit.amount), node.limit.unit) if node.limit else ""
    return " · ".join(str(part) for part in (answers, role, limit) if part)
