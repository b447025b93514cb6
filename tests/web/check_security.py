"""Every test that docs/security.md names is there: a line that nothing shows any more would be a lie.

    check_security.py TOP
"""
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
text = (top / "docs/security.md").read_text(encoding="utf-8")
sources = "\n".join(p.read_text(encoding="utf-8", errors="replace")
                    for p in (top / "tests").rglob("*") if p.suffix in (".c", ".py", ".mjs"))
named = set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+){3,}\b", text))
lost = sorted(n for n in named if n not in sources)
files = set(re.findall(r"`((?:src|ui|tests)/[\w./-]+)`", text))
gone = sorted(f for f in files if not list(top.glob(f + "*")))
for what in lost + gone:
    print(f"docs/security.md names {what}, which is not there")
print(f"{len(named)} tests and {len(files)} files are named")
sys.exit(1 if lost or gone or len(named) < 20 else 0)
