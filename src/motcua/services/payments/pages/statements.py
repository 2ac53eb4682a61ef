"""Bank statements: bring one in, and those that were brought in."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms, keyset
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.services.payments import actions
from motcua.services.payments.access import cashier_offices, own_accounts
from motcua.services.payments.models import CollectingAccount, Incoming, Statement
from motcua.services.payments.queries import accounts_of
from motcua.services.payments.statements import Read, read_statement
from motcua.services.payments.statements.reading import MOST_BYTES

SHOWN_WRONG = 20


@require_http_methods(["GET", "POST"])
@sign_in_first
@never_cache
def statements(request: HttpRequest) -> HttpResponse:
    """A statement is taken in whole or not at all; what is known already changes nothing."""
    offices = cashier_offices(request)
    context: dict[str, Any] = {"accounts": own_accounts(offices), "wrong": []}
    refused = None
    if request.method == "POST":
        try:
            account, (content, name) = _account(request, accounts_of(offices)), _file(request)
            read = read_statement(content, name)
            if not read.wrong:
                _check_account(read, account)
                _import(request, read, account, content, name)
                return redirect("payments:statements")
            context["wrong"] = [[str(line), text] for line, text in list(read.wrong.items())[:SHOWN_WRONG]]
        except Refused as error:
            refused = error
    brought = Statement.objects.filter(office__in=offices).select_related("imported_by")
    page = keyset.paginate(brought, order=("-imported_at", "-id"), cursor=request.GET.get("cursor"))
    context |= {"page": page, "rows": [_row(each) for each in page.items]}
    return forms.page(request, "payments/statements.html", context, refused=refused)


def _row(statement: Statement) -> list[str]:
    return [
        local_datetime(statement.imported_at),
        statement.number,
        statement.file_name,
        str(statement.lines),
        str(statement.new),
        statement.imported_by.display_name,
    ]


def _account(request: HttpRequest, mine: list[CollectingAccount]) -> CollectingAccount:
    chosen = request.POST.get("account", "")
    for account in mine:
        if account.number == chosen:
            return account
    raise Refused(_("Choose the account of this statement."), field="account", code="required")


def _file(request: HttpRequest) -> tuple[bytes, str]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused(_("Choose a file."), field="file", code="required")
    return file.read(MOST_BYTES + 1), file.name or ""


def _check_account(read: Read, account: CollectingAccount) -> None:
    if read.account and read.account != account.number:
        text = _("This is a statement of the account %(number)s.") % {"number": read.account}
        raise Refused(text, field="account", code="other_account")


def _import(request: HttpRequest, read: Read, account: CollectingAccount, content: bytes, name: str) -> None:
    statement = actions.import_statement(
        read,
        office=account.office_id,
        number=account.number,
        content=content,
        file_name=name,
        by=signed_in(request).pk,
        at=timezone.now(),
    )
    if statement is None:
        messages.info(request, _("Nothing in this statement is new."))
        return
    waiting = Incoming.objects.filter(statement=statement, state=Incoming.State.OPEN).count()
    text = ngettext("%(n)d new sum was taken in.", "%(n)d new sums were taken in.", statement.new)
    messages.success(request, text % {"n": statement.new})
    if waiting:
        text = ngettext("%(n)d of them must be looked at.", "%(n)d of them must be looked at.", waiting)
        messages.warning(request, text % {"n": waiting})
