"""Signatures that can still be verified in decades: time stamps, revocation proofs, archive time stamps.

A signature is made in level B-B, in the request. Jobs raise the finished file (ETSI EN 319 142-1): **B-T** by a time
stamp over the whole file, **B-LT** by lists and answers that show that no certificate was revoked, **B-LTA** by a time
stamp over those, renewed before it weakens. Each step is a revision appended to the file, so that earlier signatures
and earlier downloads stay valid.
"""
