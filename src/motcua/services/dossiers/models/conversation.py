"""What applicant and office say to each other about a dossier (trao đổi), with files."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.dossiers.models.dossier import Dossier


class Message(Keyed):
    """A question of the applicant (``from_applicant``) or an answer of an office.

    ``office`` is who is asked, or who answers; ``answered_at`` of a question is when an answer came.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="messages")
    from_applicant = models.BooleanField()
    author = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=200, blank=True)  # the officer's position; people never read a name
    text = models.TextField()
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="message_says_something",
                violation_error_message=_("A message says something."),
            ),
            models.CheckConstraint(
                condition=Q(from_applicant=True) | Q(answered_at=None),
                name="message_answered_is_question",
                violation_error_message=_("Only a question is answered."),
            ),
        ]
        indexes = [
            models.Index(fields=["dossier", "-sent_at", "-id"], name="message_of_dossier"),
            models.Index(
                fields=["office", "sent_at", "id"],
                name="message_unanswered",
                condition=Q(from_applicant=True, answered_at=None),
            ),
        ]


class MessageFile(Keyed):
    """A file that came with a message; it is no paper of the dossier."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
