"""The act that hands a result over: how, to whom, and what proves it."""

from django.utils.translation import gettext_lazy

from motcua.services.dossiers import actions
from motcua.services.dossiers.models import ReturnMethod, ReturnProof
from motcua.services.dossiers.pages.desk.asking import Act, Ask, Doing


def _return(doing: Doing) -> None:
    actions.return_result(
        doing.dossier.pk,
        method=doing.text("method"),
        to_name=doing.text("to_name"),
        proof=doing.text("proof"),
        number=doing.text("number"),
        slip=next((file for file, _name in doing.files("slip")), None),
        by=doing.by("return", "reception"),
        seen_version=doing.seen_version,
    )


RETURN = Act(
    "return", gettext_lazy("Return the result"), gettext_lazy("Return the result"),
    gettext_lazy("The result has been returned; the dossier is closed."), _return,
    (
        Ask("method", gettext_lazy("How it is returned"), "radios",
            choices=lambda doing: list(ReturnMethod.choices), first=lambda doing: doing.dossier.return_method),
        Ask("to_name", gettext_lazy("Received by"), "text", gettext_lazy(
            "Of somebody who fetches it for another, also the number of the authorisation."),
            first=lambda doing: doing.dossier.applicant_name),
        Ask("proof", gettext_lazy("At the counter, the handing over is proven by"), "radios",
            choices=lambda doing: [choice for choice in ReturnProof.choices if choice[0] != ReturnProof.PARCEL]),
        Ask("number", gettext_lazy("Number or code"), "text", gettext_lazy(
            "For a signature in the paper book, the number of its line. For the receipt, its code: scan the QR"
            " code here. By post, the number of the parcel.")),
        Ask("slip", gettext_lazy("Signed slip"), "files", gettext_lazy(
            "A scan or photograph, where the person signed on a slip.")),
    ),
    final=True,
)  # fmt: skip
