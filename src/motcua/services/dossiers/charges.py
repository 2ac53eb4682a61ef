"""What an application costs: the fees of its case and channel, as many times as its form says."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from motcua.engines.forms.model import Field, Repeat, level
from motcua.engines.forms.validation import value_at
from motcua.engines.rules.expressions import is_of_kind
from motcua.engines.rules.facts import Kind
from motcua.engines.rules.problems import RuleError
from motcua.kernel.errors import Refused
from motcua.services.dossiers.rules.charges import MOST_ITEMS, with_count
from motcua.services.procedures.models import Case, FeeItem
from motcua.services.procedures.packages.manifest import COUNTED
from motcua.services.procedures.runtime import Package


class Charge(NamedTuple):
    """One fee: ``amount`` in đồng for all ``quantity`` of them together."""

    fee: FeeItem
    amount: int
    quantity: int

    @property
    def unit(self) -> str:
        """What is counted; empty for a fee that is paid once."""
        return self.fee.unit if self.fee.quantity else ""

    @property
    def name(self) -> str:
        """The fee in words, with how many there are."""
        name = self.fee.name or str(self.fee.get_kind_display())
        return with_count(name, self.amount, self.quantity, self.unit)


class Charges(NamedTuple):
    """The fees of an application; ``fault``: why the package's decision could not be asked, so that those stand which
    its table names.
    """

    lines: list[Charge]
    fault: str = ""


def charges_of(
    package: Package, case: Case, channel: str, form_data: Mapping[str, Any], *, counted_later: bool = False
) -> Charges:
    """The fees of an application. Raises ``Refused`` when the form does not tell how many there are.

    ``counted_later``: one is charged then, until an officer counts.
    """
    decided, fault = _decided_fees(package, case, channel, form_data)
    found = []
    for fee in package.fees(case.pk, channel):
        quantity = _quantity(package, fee, form_data, counted_later)
        found.append(Charge(fee, decided.get(fee.code, fee.amount) * quantity, quantity))
    return Charges(found, fault)


def _quantity(package: Package, fee: FeeItem, form_data: Mapping[str, Any], counted_later: bool) -> int:
    """As many as the form says; one where an officer counts."""
    if fee.quantity in ("", COUNTED):
        return 1
    part = next(part for part in level(package.form.components) if part.id == fee.quantity)
    assert isinstance(part, Field | Repeat)  # the package was checked
    given = value_at(form_data, part.path)
    number = Decimal(len(given or ())) if isinstance(part, Repeat) else _number(given)
    if number != int(number) or not 1 <= number <= MOST_ITEMS:
        if counted_later:
            return 1
        text = _("“%(label)s” must be a whole number from 1 to %(most)d: the fee is paid for each.")
        raise Refused(text % {"label": part.label, "most": MOST_ITEMS}, field=fee.quantity, code="quantity")
    return int(number)


def _number(given: Any) -> Decimal:
    return Decimal(str(given)) if isinstance(given, int | float | Decimal) else Decimal(0)


def _decided_fees(
    package: Package, case: Case, channel: str, form_data: Mapping[str, Any]
) -> tuple[dict[str, int], str]:
    """Amounts that the package's fee decision works out from the form, by the ids of the fee lines; or why not."""
    if package.fee_decision is None:
        return {}, ""
    facts = {**package.absent_facts, **form_data, "channel": channel, "case": case.code}
    try:
        found = package.fee_decision.decide(facts).get("fees") or {}
    except RuleError as error:
        return {}, str(error)
    amounts = {code: _rounded(amount) for code, amount in found.items() if amount is not None}
    if wrong := [code for code, amount in amounts.items() if not is_of_kind(amount, Kind.MONEY)]:
        return {}, f"“fees.{wrong[0]}” is {amounts[wrong[0]]!r}, which is no sum of money."
    return amounts, ""


def _rounded(amount: Any) -> Any:
    """Whole đồng where it is a number: packages stored before others were refused go on asking for the same sum."""
    try:
        return int(amount)
    except (TypeError, ValueError):
        return amount
