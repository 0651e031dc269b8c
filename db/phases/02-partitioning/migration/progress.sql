--! title: How far the migration is, and what changed meanwhile
-- Not touched when they are there: writers are at work on migration_changes.
DO $$
BEGIN
  IF to_regclass('migration_changes') IS NOT NULL THEN
    RETURN;
  END IF;
  CREATE TABLE IF NOT EXISTS migration_progress (
    source_table  text PRIMARY KEY,
    -- Blocks of the source's file below next_block are copied; those from end_block on are newer than the
    -- copy, and every row in them is in migration_changes.
    next_block    bigint NOT NULL DEFAULT 0,
    end_block     bigint NOT NULL,
    source_file   oid NOT NULL,
    rows_copied   bigint NOT NULL DEFAULT 0,
    rows_applied  bigint NOT NULL DEFAULT 0,
    -- Of the rows that were not changing while they were compared. Those that were are compared when applied.
    source_rows   bigint,
    source_digest numeric,
    target_rows   bigint,
    target_digest numeric,
    proven_at     timestamptz
  );
  CREATE TABLE migration_changes (
    source_table text NOT NULL,
    row_id       uuid NOT NULL
  );
  ALTER TABLE migration_progress OWNER TO mailgenius_owner;
  ALTER TABLE migration_changes OWNER TO mailgenius_owner;
  REVOKE ALL ON migration_progress, migration_changes FROM PUBLIC, mailgenius_app, mailgenius_readonly;
END
$$;

GRANT SELECT ON migration_progress TO mailgenius_readonly;
