"""Certificate care (quản lý chứng thư): administrators see, bring in, watch and end the certificates of others."""
