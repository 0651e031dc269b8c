--! title: apply_changes
-- Contract: takes up to p_limit noted changes, or all, and brings their rows up to date in the target: whatever it has
--   of them goes, and what the source has now comes. Once the tables are proven equal, it proves these rows equal too.
--   Writers may go on; once the target has foreign keys, the caller keeps others from deleting leads and campaigns.
--   Returns how many rows came.
-- Errors: 22000 when the rows differ afterwards.
-- Cost: index look-ups per change; while the target has no keys yet, reads it whole.
CREATE OR REPLACE FUNCTION apply_changes(p_source regclass, p_target regclass, p_limit bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
DECLARE
  changed uuid[];
  applied bigint;
BEGIN
  -- First and in one statement: a change that is noted after it stays for the next call, and whatever is noted before
  -- it is in the source when that is read below.
  WITH taken AS (
    DELETE FROM migration_changes
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM migration_changes WHERE source_table = p_source::text LIMIT p_limit))
    RETURNING row_id
  )
  SELECT array_agg(DISTINCT row_id) INTO changed FROM taken;
  IF changed IS NULL THEN
    RETURN 0;
  END IF;

  -- A row that moved within the file may have been copied twice, or in its old version: take it out first.
  EXECUTE format('DELETE FROM %s WHERE id IN (SELECT unnest($1))', p_target) USING changed;
  EXECUTE format('INSERT INTO %s SELECT * FROM %s WHERE id IN (SELECT unnest($1))', p_target, p_source) USING changed;
  GET DIAGNOSTICS applied = ROW_COUNT;

  IF EXISTS (SELECT FROM migration_progress WHERE source_table = p_source::text AND proven_at IS NOT NULL) THEN
    PERFORM prove_equal(p_source, p_target, changed);
  END IF;
  UPDATE migration_progress SET rows_applied = rows_applied + applied WHERE source_table = p_source::text;
  RETURN applied;
END
$$;

REVOKE EXECUTE ON FUNCTION apply_changes(regclass, regclass, bigint) FROM PUBLIC;
