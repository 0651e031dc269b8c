--! title: lock_in_order
-- Contract: locks the tables, and their partitions, one after the other in the order given, until the transaction
--   ends. Nobody has to wait long or dies of it: if it does not get them all soon, it lets go of all and tries again
--   later, a little more patiently each time. Returns how many times it tried.
-- Errors: 55P03 when others held one of them each time, for p_patience.
-- Cost: each attempt makes others wait for less than deadlock_timeout.
CREATE OR REPLACE FUNCTION lock_in_order(p_tables regclass[], p_mode text, p_patience interval DEFAULT '10 minutes')
RETURNS integer
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET lock_timeout = 0
AS $$
DECLARE
  locked           regclass;
  -- An attempt is over before this. So it has let go before anybody who waits for one of these tables, and holds
  -- another, looks for a deadlock: nobody finds one.
  deadlock_timeout constant interval :=
    (SELECT make_interval(secs => setting::integer / 1000.0) FROM pg_settings WHERE name = 'deadlock_timeout');
  give_up          constant timestamptz := clock_timestamp() + p_patience;
  attempt          integer := 0;
  until            timestamptz;
BEGIN
  LOOP
    attempt := attempt + 1;
    until := clock_timestamp() + deadlock_timeout * least(0.1 * attempt, 0.8);
    BEGIN
      FOREACH locked IN ARRAY p_tables LOOP
        PERFORM set_config('lock_timeout', greatest(
          ceil(1000 * extract(epoch FROM until - clock_timestamp())), 1)::text, true);
        EXECUTE format('LOCK TABLE %s IN %s MODE', locked, p_mode);
      END LOOP;
      RETURN attempt;
    EXCEPTION
      WHEN lock_not_available THEN
        IF clock_timestamp() > give_up THEN
          RAISE EXCEPTION '% could not be locked within %', locked, p_patience
            USING ERRCODE = '55P03', HINT = 'Somebody holds it for long. Nothing is lost: run the file again.';
        END IF;
    END;
    -- Without any lock, so that those who waited get on.
    PERFORM pg_sleep(least(0.1 * attempt, 1));
  END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION lock_in_order(regclass[], text, interval) FROM PUBLIC;
