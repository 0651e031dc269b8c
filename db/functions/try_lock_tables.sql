--! title: try_lock_tables
-- Contract: runs LOCK TABLE with each of the given texts, in this order, and says whether it got all the locks, which
--   then last to the end of the transaction; otherwise it holds none of them. Whoever comes after a waiting lock waits
--   too: it waits a fifth of a second for each, five times, and lets the others through in between.
-- Errors: 42501 and 42P01 as LOCK TABLE has them.
-- Cost: nothing where nobody is in the way, 3 seconds where somebody stays.
CREATE OR REPLACE FUNCTION try_lock_tables(VARIADIC p_locks text[])
RETURNS boolean
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET lock_timeout = '200ms'
AS $$
DECLARE
  tables_and_mode text;
BEGIN
  FOR attempt IN 1 .. 5 LOOP
    BEGIN
      FOREACH tables_and_mode IN ARRAY p_locks LOOP
        EXECUTE 'LOCK TABLE ' || tables_and_mode;
      END LOOP;
      RETURN true;
    EXCEPTION
      WHEN lock_not_available OR deadlock_detected THEN NULL;
    END;
    PERFORM pg_sleep(0.4);
  END LOOP;
  RETURN false;
END
$$;

COMMENT ON FUNCTION try_lock_tables(text[]) IS 'LOCK TABLE with short waits; whether it got the locks.';
ALTER FUNCTION try_lock_tables(text[]) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION try_lock_tables(text[]) FROM PUBLIC;
