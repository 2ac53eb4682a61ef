"""Our reader sees what the library's sees, and leaves nothing behind."""

import gc
import io
import weakref

from pyhanko.pdf_utils.reader import PdfFileReader

from motcua.engines.signing.verification.reading import Reader
from tests.engines.signing.factories import sealed


def test_every_revision_shows_what_the_library_shows() -> None:
    ours, theirs = Reader(sealed()), PdfFileReader(io.BytesIO(sealed()), strict=False)
    revisions = range(theirs.xrefs.total_revisions)
    assert len(revisions) > 2

    for revision in revisions:
        now, then = ours.get_historical_resolver(revision), theirs.get_historical_resolver(revision)
        for reference in then.explicit_refs_in_revision():
            assert repr(now(reference)) == repr(then(reference))
            for since in (None, revision):
                expected = then.collect_dependencies(then(reference), since_revision=since)
                assert now.collect_dependencies(now(reference), since_revision=since) == expected
                now.collect_dependencies(now(reference), since_revision=since).clear()
                assert now.collect_dependencies(now(reference), since_revision=since) == expected


def test_references_lead_into_the_revision() -> None:
    reader = Reader(sealed())
    first = reader.get_historical_resolver(0)

    assert first is reader.get_historical_resolver(0)
    assert first.root["/Pages"].container_ref.pdf is first
    assert first.root.raw_get("/Pages").reference.pdf is first


def test_what_was_read_goes_at_once() -> None:
    """Without help it would wait for the collector, which judging does not let run."""
    gc.collect()
    gc.disable()
    try:
        reader = Reader(sealed())
        page = weakref.ref(reader.get_historical_resolver(1).root["/Pages"])
        assert page() is not None

        reader.forget()

        assert page() is None
    finally:
        gc.enable()
