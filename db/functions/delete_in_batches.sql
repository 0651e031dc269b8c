--! title: delete_in_batches
-- Contract: deletes rows of a partition, given as FROM … WHERE … of them alone, so many of its blocks at a time, and returns
--   how many. A batch with a row that something still refers to stays, with a warning; at one that waits too long for a
--   lock (lock_wait), or for a row that this transaction may not see as it is now, it ends with one. Rows that somebody
--   has locked stay without one, and so do those that a trigger of others keeps.
-- Errors: those of triggers of others.
-- Cost: reads the partition, and once more to see that nothing is left. Foreign keys that are checked at the end of the
--   transaction are checked at once from here on.
\ir lock_wait.sql

CREATE OR REPLACE FUNCTION delete_in_batches(p_partition oid, p_rows text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = public, pg_temp
-- To be back as it was at the end.
SET lock_timeout = 0
AS $$
DECLARE
  batch_blocks constant integer := 1024;
  block_size   constant integer := current_setting('block_size');
  block        bigint := 0;
  blocks       bigint := 0;
  before       bigint := 0;
  is_kept      boolean := false;
  counted      bigint;
  removed      bigint := 0;
BEGIN
  LOOP
    PERFORM set_config('lock_timeout', lock_wait(), true);
    BEGIN
      SET CONSTRAINTS ALL IMMEDIATE;
      -- NULL where it is gone.
      blocks := coalesce(pg_relation_size(p_partition), 0) / block_size;
      EXECUTE format('DELETE %1$s AND ctid = ANY (ARRAY(
                        SELECT ctid %1$s AND ctid >= %2$L AND ctid < %3$L FOR UPDATE SKIP LOCKED))',
                     p_rows, format('(%s,0)', block), format('(%s,0)', block + batch_blocks));
      GET DIAGNOSTICS counted = ROW_COUNT;
      removed := removed + counted;
    EXCEPTION
      WHEN integrity_constraint_violation THEN
        is_kept := true;
        RAISE WARNING 'rows stay until the next call: %: %', p_rows, SQLERRM;
      WHEN lock_not_available OR deadlock_detected OR serialization_failure THEN
        RAISE WARNING 'rows stay until the next call: %: %', p_rows, SQLERRM;
        EXIT;
    END;
    block := block + batch_blocks;
    IF block >= blocks THEN
      -- Who changes rows meanwhile leaves new versions of them anywhere.
      EXIT WHEN is_kept OR removed = before;
      before := removed;
      block := 0;
    END IF;
  END LOOP;
  RETURN removed;
END
$$;

COMMENT ON FUNCTION delete_in_batches(oid, text) IS 'Deletes rows of a partition a batch at a time; returns how many.';
ALTER FUNCTION delete_in_batches(oid, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION delete_in_batches(oid, text) FROM PUBLIC;
