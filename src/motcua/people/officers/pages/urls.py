"""Addresses of officers."""

from django.urls import path

from motcua.people.officers.pages import admin, confirming, delegating, directory, me

app_name = "officers"
urlpatterns = [
    path("desk/me/", me.profile, name="me"),
    path("desk/me/delegate/", delegating.delegate, name="delegate"),
    path("desk/me/delegations/<uuid:delegation_id>/revoke/", delegating.revoke, name="revoke-delegation"),
    path("desk/me/substitute/", me.substitute, name="substitute"),
    path("desk/me/substitutions/<uuid:substitution_id>/end/", me.end_substitution, name="end-substitution"),
    path("desk/me/relatives/", me.relatives, name="relatives"),
    path("desk/me/relatives/<uuid:relative_id>/withdraw/", me.withdraw_relative, name="withdraw-relative"),
    path("desk/officers/", directory.officers, name="list"),
    path("desk/officers/new/", directory.add, name="add"),
    path("desk/officers/import/", directory.import_directory, name="import"),
    path("desk/offices/<uuid:office_id>/officers/", directory.office, name="office"),
    path("desk/officers/<uuid:account_id>/", admin.officer, name="officer"),
    path("desk/officers/<uuid:account_id>/position/", admin.give_position, name="give-position"),
    path("desk/officers/<uuid:account_id>/delegate/", delegating.enter, name="enter-delegation"),
    path(
        "desk/officers/<uuid:account_id>/delegations/<uuid:delegation_id>/end/",
        delegating.end,
        name="end-delegation",
    ),
    path("desk/officers/<uuid:account_id>/identity-number/", admin.identity_number, name="identity-number"),
    path("desk/officers/<uuid:account_id>/positions/<uuid:position_id>/end/", admin.end_position, name="end-position"),
    path("desk/officers/<uuid:account_id>/administrator/", admin.administrator, name="administrator"),
    path("desk/officers/<uuid:account_id>/start-code/", admin.start_code, name="start-code"),
    path("desk/officers/<uuid:account_id>/reset/", admin.start_reset, name="start-reset"),
    path("desk/officers/<uuid:account_id>/suspend/", admin.suspend, name="suspend"),
    path("desk/officers/<uuid:account_id>/restore/", admin.restore, name="restore"),
    path("desk/officers/<uuid:account_id>/leave/", admin.leave, name="leave"),
    path("desk/positions/", confirming.positions, name="positions"),
    path("desk/positions/<uuid:asked_id>/confirm/", confirming.confirm, name="confirm-position"),
    path("desk/positions/<uuid:asked_id>/refuse/", confirming.refuse, name="refuse-position"),
    path("desk/resets/", admin.resets, name="resets"),
    path("desk/resets/<uuid:reset_id>/confirm/", admin.confirm_reset, name="confirm-reset"),
    path("desk/resets/<uuid:reset_id>/refuse/", admin.refuse_reset, name="refuse-reset"),
]
