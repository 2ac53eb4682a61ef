"""What an official document says about itself, whether it comes or goes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcua.kernel.identifiers.models import Keyed


class Urgency(models.IntegerChoices):
    """How urgent (mức độ khẩn), numbered as edXML does (QCVN 102:2016/BTTTT, ``Priority``)."""

    NORMAL = 0, pgettext_lazy("urgency", "Normal")
    URGENT = 1, pgettext_lazy("urgency", "Urgent")
    VERY_URGENT = 2, pgettext_lazy("urgency", "Very urgent")
    EXPRESS = 3, pgettext_lazy("urgency", "Express")
    EXPRESS_AT_HOUR = 4, pgettext_lazy("urgency", "Express, at a set hour")


class Circulation(models.TextChoices):
    """How far it may go round (phạm vi lưu hành; Decree 30/2020/NĐ-CP, appendix I, box 11)."""

    ANYWHERE = "", pgettext_lazy("circulation", "No limit")
    RETURN = "return", _("To be returned after reading")
    INTERNAL = "internal", _("For internal use")


class Described(Keyed):
    """The facts of a document (Decree 30/2020/NĐ-CP, appendix VI: ``CodeNumber`` to ``PageAmount``)."""

    type = models.CharField(max_length=30)  # code of an edition of the types
    notation = models.CharField(max_length=80, blank=True)  # number and notation as they stand on it: 05/QĐ-UBND
    subject = models.CharField(max_length=500)
    document_date = models.DateField(null=True, blank=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.NORMAL)
    circulation = models.CharField(max_length=8, choices=Circulation.choices, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    language = models.CharField(max_length=30, default="Tiếng Việt")
    signer_competence = models.CharField(max_length=30, blank=True)  # TM., KT., TL. …
    signer_position = models.CharField(max_length=100, blank=True)
    signer_name = models.CharField(max_length=50, blank=True)

    class Meta:
        abstract = True
