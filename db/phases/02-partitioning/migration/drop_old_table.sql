--! title: drop_old_table
-- Contract: drops the table that switch_table left as <name>_old; does nothing when it is not there. Its foreign keys go
--   first, one by one: dropping one needs the referenced table for itself, so no two tables in use are locked at once.
-- Errors: those of lock_in_order.
-- Cost: everybody waits some milliseconds for each referenced table.
-- No SET clause and no SECURITY DEFINER: a procedure that has one may not commit.
CREATE OR REPLACE PROCEDURE drop_old_table(p_name text)
LANGUAGE plpgsql
AS $$
DECLARE
  old_table regclass;
  reference record;
BEGIN
  LOOP
    COMMIT;
    PERFORM pg_advisory_xact_lock(hashtext('partitioning'));
    -- Not to_regclass: after the wait above it may still know a table that another session has dropped.
    SELECT oid INTO old_table
    FROM pg_class WHERE relname = p_name || '_old' AND relnamespace = 'public'::regnamespace;
    EXIT WHEN NOT FOUND;
    SELECT conname, confrelid::regclass AS parent INTO reference
    FROM pg_constraint WHERE conrelid = old_table AND contype = 'f'
    -- Leads first: who deletes one has this table in hand as long as the key to them is there, and goes on to campaigns.
    ORDER BY array_position(ARRAY['public.leads', 'public.campaigns']::regclass[], confrelid::regclass) LIMIT 1;
    IF NOT FOUND THEN
      EXECUTE format('DROP TABLE %s', old_table);
      EXIT;
    END IF;
    -- The parent first: who deletes from it goes on to this table.
    PERFORM public.lock_in_order(ARRAY[reference.parent, old_table], 'ACCESS EXCLUSIVE');
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', old_table, reference.conname);
  END LOOP;
END
$$;

REVOKE EXECUTE ON PROCEDURE drop_old_table(text) FROM PUBLIC;
