--! title: is_waited_for
-- Contract: whether somebody waits for this transaction: for what it has locked, or, as CREATE INDEX CONCURRENTLY, for
--   its end. It must not wait for a lock then: the other one may have it, and after deadlock_timeout (a second) one of
--   the two would be cancelled. Other maintenance, which waits for an advisory lock, does not count.
-- Errors: none.
-- Cost: one look at the server's locks.
CREATE OR REPLACE FUNCTION is_waited_for()
RETURNS boolean
LANGUAGE sql
SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE NOT granted AND locktype <> 'advisory' AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
  )
$$;

COMMENT ON FUNCTION is_waited_for() IS 'Whether somebody waits for what this transaction has locked.';
ALTER FUNCTION is_waited_for() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION is_waited_for() FROM PUBLIC;
