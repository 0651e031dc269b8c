--! title: try_lock_tables
-- Contract: runs LOCK TABLE with each of the given texts, in this order, and says whether it got all the locks, which
--   then last to the end of the transaction; otherwise it holds none of them. Whoever comes after a waiting lock waits
--   too: it waits a fifth of a second for each (lock_wait), so many times, and lets the others through in between. While
--   somebody waits for what the transaction has locked before, it takes what is free at once, or gives up. Name one table
--   per text, and no more than four: LOCK TABLE waits for each of its tables.
-- Errors: 42501 and 42P01 as LOCK TABLE has them.
-- Cost: nothing where nobody is in the way, 3 seconds for five attempts where somebody stays.
\ir lock_wait.sql

CREATE OR REPLACE FUNCTION try_lock_tables(p_attempts integer, VARIADIC p_locks text[])
RETURNS boolean
LANGUAGE plpgsql
SET search_path = public, pg_temp
-- To be back as it was at the end.
SET lock_timeout = 0
AS $$
DECLARE
  table_and_mode text;
  or_not         text;
BEGIN
  FOR attempt IN 1 .. p_attempts LOOP
    or_not := CASE WHEN is_waited_for() THEN ' NOWAIT' ELSE '' END;
    -- Once for all of them: who comes to wait for the first would leave no time for the others.
    PERFORM set_config('lock_timeout', lock_wait(), true);
    BEGIN
      FOREACH table_and_mode IN ARRAY p_locks LOOP
        EXECUTE 'LOCK TABLE ' || table_and_mode || or_not;
      END LOOP;
      RETURN true;
    EXCEPTION
      WHEN lock_not_available OR deadlock_detected THEN NULL;
    END;
    EXIT WHEN attempt = p_attempts;
    FOR tenth IN 1 .. 4 LOOP
      IF is_waited_for() THEN
        RETURN false;
      END IF;
      PERFORM pg_sleep(0.1);
    END LOOP;
  END LOOP;
  RETURN false;
END
$$;

COMMENT ON FUNCTION try_lock_tables(integer, text[]) IS 'LOCK TABLE with short waits; whether it got the locks.';
ALTER FUNCTION try_lock_tables(integer, text[]) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION try_lock_tables(integer, text[]) FROM PUBLIC;
