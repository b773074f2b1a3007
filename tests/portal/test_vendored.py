import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

VENDORED = sorted((Path(settings.BASE_DIR) / "static" / "vendor").iterdir())


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_what_others_wrote_is_what_they_published(folder):
    """Each has its licence and a note with version and checksum, and is unchanged since."""
    note = (folder / "VENDORED.md").read_text()
    sums = dict(re.findall(r"sha256 of (\S+): ([0-9a-f]{64})", note))
    scripts = [path for path in folder.iterdir() if path.suffix in {".js", ".css"}]
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in scripts} == sums
    assert re.search(r"\d+\.\d+\.\d+", note)
    assert (folder / "LICENSE").read_text().strip()
