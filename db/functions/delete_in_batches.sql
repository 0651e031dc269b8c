--! title: delete_in_batches
-- Contract: deletes the rows of one partition, given as FROM … WHERE …, a batch at a time, and returns how many. At a batch
--   that waits too long for a lock (lock_wait), or has a row that something still refers to, it ends with a warning.
--   Rows that somebody has locked stay without one.
-- Errors: those of triggers of others.
-- Cost: a batch reads the partition that it deletes from, and once more to see that nothing is left.
\ir lock_wait.sql

CREATE OR REPLACE FUNCTION delete_in_batches(p_rows text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = public, pg_temp
-- To be back as it was at the end.
SET lock_timeout = 0
AS $$
DECLARE
  batch_rows constant integer := 50000;
  counted    bigint;
  removed    bigint := 0;
BEGIN
  LOOP
    PERFORM set_config('lock_timeout', lock_wait(), true);
    BEGIN
      -- By their places: a join would read every partition for each batch.
      EXECUTE format('DELETE %1$s AND ctid = ANY (ARRAY(SELECT ctid %1$s LIMIT %2$s FOR UPDATE SKIP LOCKED))',
                     p_rows, batch_rows);
      GET DIAGNOSTICS counted = ROW_COUNT;
    EXCEPTION
      WHEN lock_not_available OR deadlock_detected OR integrity_constraint_violation THEN
        RAISE WARNING 'rows stay until the next call: %: %', p_rows, SQLERRM;
        EXIT;
    END;
    removed := removed + counted;
    -- Fewer than a batch may be left of it by who changed a row meanwhile: its new version is not this statement's.
    EXIT WHEN counted = 0;
  END LOOP;
  RETURN removed;
END
$$;

COMMENT ON FUNCTION delete_in_batches(text) IS 'Deletes rows of a partition a batch at a time; returns how many.';
ALTER FUNCTION delete_in_batches(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION delete_in_batches(text) FROM PUBLIC;
