"""What a service centre stores: its places, and its tickets."""

from motcua.services.service_centre.models.bookings import Booking
from motcua.services.service_centre.models.devices import Device
from motcua.services.service_centre.models.places import Centre, Counter, PriorityGroup, Service, SpecialDay
from motcua.services.service_centre.models.tickets import Channel, State, Ticket

__all__ = [
    "Booking", "Centre", "Channel", "Counter", "Device", "PriorityGroup", "Service", "SpecialDay", "State", "Ticket",
]  # fmt: skip
