"""What a token may be allowed (docs/integrator/api.md), so that a misspelt scope is refused when it is issued."""

PERSONAL = (
    "procedures:read", "dossiers:read", "dossiers:write", "dossiers:sign", "files:write", "vault:read", "petitions",
    "ratings",
)  # fmt: skip
SCOPES = (*PERSONAL, "exchange", "national_portal", "signing:request", "webhooks")
