"""Addresses of signing."""

from django.urls import path

from motcua.engines.signing.pages import (
    anchors,
    browser,
    certificates,
    files,
    importing,
    levels,
    means,
    partners,
    policies,
    services,
    verifying,
)

app_name = "signing"
urlpatterns = [
    path("desk/me/signing/", means.means, name="means"),
    path("desk/me/signing/add/", means.add_means, name="means-add"),
    path("desk/me/signing/<uuid:means_id>/refresh/", means.refresh_means, name="means-refresh"),
    path("desk/me/signing/<uuid:means_id>/withdraw/", means.withdraw_means, name="means-withdraw"),
    path("desk/me/signing/<uuid:means_id>/token/", means.token, name="means-token"),
    path("desk/signature-levels/", levels.waiting, name="levels"),
    path("desk/signature-levels/<uuid:signed_id>/again/", levels.try_again, name="level-again"),
    path("desk/certificates/", certificates.certificates, name="certificates"),
    path("desk/certificates/<uuid:certificate_id>/", certificates.certificate, name="certificate"),
    path("desk/certificates/<uuid:certificate_id>/withdraw/", certificates.withdraw, name="certificate-withdraw"),
    path("signing/<uuid:transaction_id>/consent/", services.consent, name="consent"),
    path("desk/signing/requests/", partners.requests, name="partner-requests"),
    path("desk/signing/requests/<uuid:request_id>/sign/", partners.sign, name="partner-sign"),
    path("desk/signing/requests/<uuid:request_id>/refuse/", partners.refuse, name="partner-refuse"),
    path("signing/return/", services.returned, name="return"),
    path("signing/callback/<str:code>/", services.callback, name="callback"),
    path("signing/<uuid:transaction_id>/challenge/", browser.challenge, name="challenge"),
    path("signing/<uuid:transaction_id>/deliver/", browser.deliver, name="deliver"),
    path("signing/files/<str:key>/", files.file, name="file"),
    path("signing/files/<str:key>/return/", files.file_return, name="file-return"),
    path("signing/means/<uuid:means_id>/inquiry/", browser.inquiry, name="means-inquiry"),
    path("signing/means/<uuid:means_id>/proof/", browser.proof, name="means-proof"),
    path("signing/means/<uuid:means_id>/file/", browser.certificate_file, name="means-file"),
    path("signing/means/<uuid:means_id>/certificate/", browser.certificate, name="means-certificate"),
    path("desk/certificates/register/", importing.register, name="means-register"),
    path("desk/certificates/import/", importing.import_list, name="means-import"),
    path("desk/trust-anchors/", anchors.anchors, name="trust-anchors"),
    path("desk/trust-anchors/<uuid:anchor_id>/withdraw/", anchors.withdraw, name="trust-anchor-withdraw"),
    path("desk/signing-policy/", policies.policies, name="policies"),
    path("verify/", verifying.check, name="verify"),
    path("verify/<str:number>/<str:code>", verifying.printed, name="printed"),
    path("verify/<str:number>/<str:code>/file", verifying.printed_file, name="printed-file"),
]
