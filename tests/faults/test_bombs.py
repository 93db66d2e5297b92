"""Files made to exhaust a machine: each has its outcome within 4 GiB of address space and a bounded time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
MOST_MEBIBYTES, MOST_SECONDS = 1_536, 10
#: Reads each file in one process that may not grow; prints outcome, CPU seconds and the peak of memory so far.
PROGRAM = """
import io, json, resource, time, zipfile, zlib
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
from sources import catalog
from sources.errors import WrongShape
header = b"account_id,account_name\\n"
packer = zlib.compressobj(9, zlib.DEFLATED, 31)
packed = b"".join(packer.compress(b"0" * (1 << 20)) for _ in range(1000)) + packer.flush()
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
    out.writestr("accounts.csv", b"0" * (1 << 28))
files = {
    "cell": (header + b"A1," + b"x" * 10_000_000 + b"\\nA2,y\\n", "accounts.csv"),
    "gzip": (packed, "accounts.csv.gz"),
    "zip": (archive.getvalue(), "accounts.zip"),
    "columns": (b",".join(b"c%d" % n for n in range(1_000_000)) + b"\\n", "accounts.csv"),
    "nesting": (b"[" * 10_000_000, "x.json"),
    "keys": (b'{"a":' * 2_000_000, "x.json"),
}
def peak():  # in MiB; not ru_maxrss: that begins with the peak of the process which started this one
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) >> 10
told = {}
for name, (data, file) in files.items():
    started = time.process_time()
    try:
        outcome = catalog.read_bytes(data, file).excluded["reason"].to_list()
    except WrongShape as refusal:
        outcome = refusal.reason
    told[name] = (outcome, time.process_time() - started, peak())
print(json.dumps(told))
"""


@pytest.mark.slow
def test_what_is_made_to_exhaust_a_machine_is_given_up_in_bounded_memory_and_time():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=CHECKOUT, capture_output=True, text=True, timeout=250, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {name: outcome for name, (outcome, _, _) in told.items()} == {
        "cell": ["too_long"],
        "gzip": "too_large",
        "zip": "too_large",
        "columns": "too_large",
        "nesting": "bad_json",
        "keys": "unclaimed",
    }
    assert max(mebibytes for _, _, mebibytes in told.values()) < MOST_MEBIBYTES
    assert max(seconds for _, seconds, _ in told.values()) < MOST_SECONDS
