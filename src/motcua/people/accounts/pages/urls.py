"""Addresses of accounts."""

from django.urls import path

from motcua.people.accounts.pages import desk, portal, security

app_name = "accounts"
urlpatterns = [
    path("account/sign-in/", portal.sign_in, name="sign-in"),
    path("account/second-step/", portal.second_factor, name="second-factor"),
    path("account/passkey-options/", portal.passkey_options, name="passkey-options"),
    path("account/passkey-sign-in/", portal.passkey_sign_in, name="passkey-sign-in"),
    path("account/start/", portal.start, name="start"),
    path("account/sign-out/", portal.sign_out, name="sign-out"),
    path("account/resume/", portal.resume_form, name="resume"),
    path("account/", security.overview, name="security"),
    path("account/contact/", security.contact, name="contact"),
    path("account/password/", security.password, name="password"),
    path("account/confirm/", security.confirm, name="confirm"),
    path("account/app/", security.totp, name="totp"),
    path("account/recovery-codes/", security.recovery_codes, name="recovery-codes"),
    path("account/passkey/", security.passkey, name="passkey"),
    path("account/factors/<uuid:factor_id>/remove/", security.remove_factor, name="remove-factor"),
    path("account/identities/<uuid:identity_id>/unlink/", security.unlink_identity, name="unlink-identity"),
    path("account/sessions/<str:digest>/end/", security.end_session, name="end-session"),
    path("account/sessions/end-others/", security.end_other_sessions, name="end-other-sessions"),
    path("desk/administrators/", desk.administrators, name="administrators"),
    path("desk/administrators/<uuid:account_id>/end/", desk.end_administration, name="end-administration"),
    path("desk/sign-in-policy/", desk.policies, name="policies"),
    path("desk/sign-in-policy/<str:kind>/", desk.policy, name="policy"),
    path("desk/tokens/", desk.tokens, name="tokens"),
    path("desk/tokens/<uuid:token_id>/revoke/", desk.revoke, name="revoke-token"),
]
