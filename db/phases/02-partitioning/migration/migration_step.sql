--! title: migration_step
-- Contract: makes this transaction the only one at work on the migration, until it ends; returns whether there is
--   still something to do: no longer once the switch has renamed the source and made its name a view. Every step asks
--   first. That is what lets the whole file run again at any time, also while the server is still busy with a statement
--   of a client that was killed. To be asked in a statement of its own: the rest of an expression would look at what
--   there was before it waited.
-- Errors: 25001 when the isolation level is not READ COMMITTED: a step must see what was committed before its locks.
-- Cost: one look-up; waits for another session that is at work on the migration.
CREATE OR REPLACE FUNCTION migration_step(p_source regclass) RETURNS boolean
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the migration needs READ COMMITTED'
      USING ERRCODE = '25001', HINT = 'SET default_transaction_isolation = ''read committed''';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('partitioning'));
  -- Renamed: a session that waited still has the table itself in hand.
  RETURN EXISTS (SELECT FROM pg_class WHERE oid = p_source AND relkind = 'r' AND right(relname, 4) <> '_old');
END
$$;

REVOKE EXECUTE ON FUNCTION migration_step(regclass) FROM PUBLIC;
