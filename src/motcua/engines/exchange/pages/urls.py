"""Addresses of the room."""

from django.urls import path

from motcua.engines.exchange.pages import letters, lines

app_name = "exchange"
_dead, _stuck = "desk/exchange/dead/<uuid:letter_id>/", "desk/exchange/stuck/<uuid:letter_id>/"
_line = "desk/exchange/lines/<slug:line_code>/"
urlpatterns = [
    path("desk/exchange/", lines.overview, name="overview"),
    path("desk/exchange/lines/new/", lines.new_line, name="new-line"),
    path(_line, lines.line, name="line"),
    path(f"{_line}accounts/", lines.add_account, name="add-account"),
    path(f"{_line}accounts/<uuid:account_id>/remove/", lines.remove_account, name="remove-account"),
    path("desk/exchange/partners/", lines.partners, name="partners"),
    path("desk/exchange/partners/new/", lines.new_partner, name="new-partner"),
    path("desk/exchange/partners/<str:partner_code>/", lines.partner, name="partner"),
    path("desk/exchange/dead/", letters.dead, name="dead"),
    path(f"{_dead}again/", letters.send_again, name="send-again"),
    path(f"{_dead}anew/", letters.build_anew, name="build-anew"),
    path(f"{_dead}leave/", letters.leave_out, name="leave-out"),
    path("desk/exchange/stuck/", letters.stuck, name="stuck"),
    path(f"{_stuck}again/", letters.take_again, name="take-again"),
    path(f"{_stuck}leave/", letters.leave_aside, name="leave-aside"),
    path("desk/exchange/messages/<uuid:letter_id>/", letters.look, name="look"),
    path("desk/exchange/refusals/<uuid:refusal_id>/again/", letters.fetch_again, name="fetch-again"),
]
