--! title: Moving rows into a partitioned table while they change
-- Copy in batches, remember what changed meanwhile, apply that at the end under a lock, prove, switch.

CREATE TABLE IF NOT EXISTS migration_progress (
  source_table  text PRIMARY KEY,
  -- Blocks of the source's file below next_block are copied; those from end_block on are newer than the
  -- copy, and every row in them is in migration_changes.
  next_block    bigint NOT NULL DEFAULT 0,
  end_block     bigint NOT NULL,
  source_file   oid NOT NULL,
  rows_copied   bigint NOT NULL DEFAULT 0,
  source_rows   bigint,
  source_digest numeric,
  target_rows   bigint,
  target_digest numeric,
  proven_at     timestamptz
);

CREATE TABLE IF NOT EXISTS migration_changes (
  source_table text NOT NULL,
  row_id       uuid NOT NULL
);

ALTER TABLE migration_progress OWNER TO mailgenius_owner;
ALTER TABLE migration_changes OWNER TO mailgenius_owner;

CREATE OR REPLACE FUNCTION log_migration_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO migration_changes (source_table, row_id)
  VALUES (TG_TABLE_NAME, CASE TG_OP WHEN 'INSERT' THEN NEW.id ELSE OLD.id END);
  RETURN NULL;
END
$$;

ALTER FUNCTION log_migration_change() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION log_migration_change() FROM PUBLIC;

-- From now on changes of the table are remembered. Waits for transactions that are writing to it.
CREATE OR REPLACE FUNCTION watch_changes(p_source regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER log_migration_change AFTER INSERT OR UPDATE OR DELETE ON %s
                  FOR EACH ROW EXECUTE FUNCTION log_migration_change()', p_source);
END
$$;

-- Copies the rows that were there when it was first called, p_blocks of the file at a time; each batch
-- and the note of how far it got commit together. Reads in the order of the file: no sort, no index.
-- No SET clause and no SECURITY DEFINER: a procedure that has one may not commit.
CREATE OR REPLACE PROCEDURE copy_rows(p_source regclass, p_target regclass, p_blocks integer DEFAULT 8192)
LANGUAGE plpgsql
AS $$
DECLARE
  progress public.migration_progress;
  upto     bigint;
  copied   bigint;
BEGIN
  INSERT INTO public.migration_progress (source_table, end_block, source_file)
  VALUES (p_source::text, pg_relation_size(p_source) / current_setting('block_size')::bigint,
          pg_relation_filenode(p_source))
  ON CONFLICT DO NOTHING;

  LOOP
    COMMIT;
    SELECT * INTO progress FROM public.migration_progress WHERE source_table = p_source::text FOR UPDATE;
    EXIT WHEN progress.next_block >= progress.end_block;
    IF pg_relation_filenode(p_source) <> progress.source_file THEN
      RAISE EXCEPTION '% was rewritten during its migration', p_source
        USING ERRCODE = '55000', HINT = 'Empty the target, delete the row of migration_progress, start again.';
    END IF;

    upto := least(progress.next_block + p_blocks, progress.end_block);
    EXECUTE format('INSERT INTO %s SELECT * FROM %s WHERE ctid >= %L AND ctid < %L', p_target, p_source,
                   format('(%s,0)', progress.next_block), format('(%s,0)', upto));
    GET DIAGNOSTICS copied = ROW_COUNT;
    UPDATE public.migration_progress
    SET next_block = upto, rows_copied = rows_copied + copied
    WHERE source_table = p_source::text;
  END LOOP;
END
$$;

-- Brings the rows that changed during the copy up to date; the caller holds off writers. Returns how many.
CREATE OR REPLACE FUNCTION apply_changes(p_source regclass, p_target regclass) RETURNS bigint
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
DECLARE
  applied bigint;
BEGIN
  -- A row that moved within the file may have been copied twice, or in its old version: take it out first.
  EXECUTE format('DELETE FROM %s WHERE id IN (SELECT row_id FROM migration_changes WHERE source_table = $1)',
                 p_target) USING p_source::text;
  EXECUTE format('INSERT INTO %s SELECT * FROM %s
                  WHERE id IN (SELECT row_id FROM migration_changes WHERE source_table = $1)',
                 p_target, p_source) USING p_source::text;
  GET DIAGNOSTICS applied = ROW_COUNT;
  DELETE FROM migration_changes WHERE source_table = p_source::text;
  RETURN applied;
END
$$;

-- Raises unless both tables hold the same rows: their number, and the sum of a 64-bit hash of each.
CREATE OR REPLACE FUNCTION prove_equal(p_source regclass, p_target regclass) RETURNS text
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
DECLARE
  source     record;
  target     record;
  digest_sql constant text := 'SELECT count(*) AS rows, sum(hash_record_extended(t, 0)) AS digest FROM %s AS t';
BEGIN
  EXECUTE format(digest_sql, p_source) INTO source;
  EXECUTE format(digest_sql, p_target) INTO target;
  IF source IS DISTINCT FROM target THEN
    RAISE EXCEPTION '% has % rows (digest %), % has % rows (digest %)',
      p_source, source.rows, source.digest, p_target, target.rows, target.digest
      USING ERRCODE = 'data_exception', HINT = 'Nothing was switched: the old table is still in use.';
  END IF;

  UPDATE migration_progress
  SET source_rows = source.rows, source_digest = source.digest,
      target_rows = target.rows, target_digest = target.digest, proven_at = now()
  WHERE source_table = p_source::text;
  RETURN format('%s rows, digest %s', source.rows, source.digest);
END
$$;

REVOKE EXECUTE ON FUNCTION watch_changes(regclass), apply_changes(regclass, regclass),
  prove_equal(regclass, regclass) FROM PUBLIC;
REVOKE EXECUTE ON PROCEDURE copy_rows(regclass, regclass, integer) FROM PUBLIC;
