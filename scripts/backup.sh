#!/usr/bin/env bash
# Dumps a database, restores the dump into a new one, and proves both equal: every table's number of rows and a
# digest of them. Connection by the usual PGHOST, PGPORT, PGUSER, PGPASSWORD.
#
#   scripts/backup.sh DATABASE FOLDER [PROOF_DATABASE]
#
# FOLDER gets the dump (pg_dump's directory format) and must not exist. The proof database is made and dropped again,
# unless it differs.
#
# Not in what is restored:
# - roles, which are of the whole server: pg_dumpall --roles-only keeps them;
# - settings of the database (ALTER DATABASE … SET): pg_restore --create makes the database with them;
# - pg_cron with its jobs, which lives in one database of a server only. To restore without it, leave it out as below,
#   with pg_restore --use-list; where the database is the one that it lives in, SELECT * FROM schedule_jobs() afterwards.
set -euo pipefail

if [ $# -lt 2 ]; then
  echo "usage: scripts/backup.sh DATABASE FOLDER [PROOF_DATABASE]" >&2
  exit 2
fi
database=$1 folder=$2 proof=${3:-$1_restored}

if [ -e "$folder" ]; then
  echo "error: $folder exists" >&2
  echo "fix: name a folder that does not, one for each backup" >&2
  exit 2
fi

if ! taken=$(psql -XAtq -v ON_ERROR_STOP=1 -v proof="$proof" -d "$database" \
               <<<"SELECT count(*) FROM pg_database WHERE datname = :'proof'"); then
  echo "error: no connection to $database" >&2
  echo "fix: name a database that is there, and its server in PGHOST, PGPORT, PGUSER and PGPASSWORD" >&2
  exit 2
fi
if [ "$taken" != 0 ]; then
  echo "error: there is a database $proof already" >&2
  echo "fix: drop it, or name another one: scripts/backup.sh $database $folder PROOF_DATABASE" >&2
  exit 2
fi

# Rows and the sum of a 64-bit hash of each one's text, of every table that holds rows itself: partitions, not their parents.
# As of a snapshot, where one is given.
digests() {
  psql -XAtq -v ON_ERROR_STOP=1 -v snapshot="${2:-}" -d "$1" <<'SQL'
SET timezone = 'UTC';
SELECT :'snapshot' <> '' AS shared \gset
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
\if :shared
SET TRANSACTION SNAPSHOT :'snapshot';
\endif
SELECT format('SELECT %L, count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM %s AS t', oid::regclass, oid::regclass)
FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
ORDER BY oid::regclass::text COLLATE "C" \gexec
SQL
}

# One snapshot for the dump and for the digests of the source, so that writers need not stop.
work=$(mktemp -d)
coproc HOLDER { psql -XAtq -v ON_ERROR_STOP=1 -d "$database"; }
leave() {
  kill "${HOLDER_PID:-}" 2>/dev/null || true
  rm -rf "$work"
  # Whatever stopped it: the next backup needs the name.
  [ "$made" = 0 ] || dropdb --if-exists --force "$proof"
}
made=0
trap leave EXIT
echo "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot();" >&"${HOLDER[1]}"
read -r snapshot <&"${HOLDER[0]}"

pg_dump --format=directory --jobs=2 --snapshot="$snapshot" --file="$folder" "$database"
digests "$database" "$snapshot" >"$work/source"

createdb --template=template0 "$proof"
made=1
# By namespace and name, which follow the kind in capitals: "3079 16396 EXTENSION - pg_cron", "0 16399 TABLE DATA cron job".
pg_restore --list "$folder" |
  grep -Ev '^[0-9]+; [0-9]+ [0-9]+ [A-Z ]+ (cron|- (EXTENSION )?pg_cron|- (SCHEMA )?cron) ' >"$work/list"
pg_restore --jobs=2 --exit-on-error --use-list="$work/list" --dbname="$proof" "$folder"
digests "$proof" >"$work/restored"

if ! diff -u "$work/source" "$work/restored" >&2; then
  made=0
  echo "error: $proof differs from $database" >&2
  echo "fix: the dump in $folder is not to be trusted; $proof is kept for a look" >&2
  exit 1
fi
cp "$work/source" "$folder/digests.txt"
awk -F'|' '{ rows += $2 } END { printf "%d tables, %d rows: the restored database equals the source\n", NR, rows }' "$work/source"
