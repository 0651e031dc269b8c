--! title: lock_wait
-- Contract: how long maintenance waits for a lock now, as lock_timeout takes it. Whoever comes after a waiting lock waits
--   too, so it is a fifth of a second, and a fifth of this session's deadlock_timeout at most: four such waits are over
--   before one who waits for the first looks for a deadlock, unless that role or session has a shorter one.
--   A millisecond while somebody waits for this transaction.
-- Errors: none.
-- Cost: that of is_waited_for.
\ir is_waited_for.sql

CREATE OR REPLACE FUNCTION lock_wait()
RETURNS text
LANGUAGE sql
SET search_path = public, pg_temp
AS $$
  SELECT CASE WHEN is_waited_for() THEN 1 ELSE least(200, greatest(setting::integer / 5, 1)) END || 'ms'
  FROM pg_settings WHERE name = 'deadlock_timeout'
$$;

COMMENT ON FUNCTION lock_wait() IS 'How long maintenance may wait for a lock now.';
ALTER FUNCTION lock_wait() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION lock_wait() FROM PUBLIC;
