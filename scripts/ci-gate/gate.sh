#!/usr/bin/env bash
# Gates the working tree against BASE_REF and leaves what CI servers show: gate.json, junit.xml, summary.md, report.html.
# Usage: gate.sh BASE_REF OUT [flags of `bench gate`]. Exits as `bench gate` does: docs/gate.md has the codes.
set -uo pipefail
if [ $# -lt 2 ]; then
  echo "usage: gate.sh BASE_REF OUT [flags of bench gate]" >&2
  exit 2
fi
base=$1
out=$2
shift 2
read -ra bench <<<"${BENCH:-npx bench}"

if ! mkdir -p "$out" || ! : >"$out/gate.json"; then
  echo "gate.sh: results cannot be written to $out; fix: name a folder that this user may write to" >&2
  exit 2
fi
# What an earlier gate left there is not this one's.
rm -f "$out"/{gate.json,junit.xml,summary.md,report.html}
"${bench[@]}" gate --base-ref "$base" --json --progress plain --out "$out/runs" "$@" >"$out/gate.json"
code=$?

# Without a run there was an error, which stderr has told.
run=$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).path ?? ""' "$out/gate.json" 2>/dev/null)
if [ -n "$run" ]; then
  "${bench[@]}" report "$run" --format junit >"$out/junit.xml"
  "${bench[@]}" report "$run" --format github-summary >"$out/summary.md"
  cp "$(dirname "$run")/report.html" "$out/report.html"
  if [ -n "${GITHUB_ACTIONS:-}" ]; then
    "${bench[@]}" report "$run" --format github-annotations
    cat "$out/summary.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  else
    cat "$out/summary.md"
  fi
fi
exit "$code"
