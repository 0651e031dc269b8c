--! title: close_partitions
-- Contract: enables row level security on each partition of the table, with no policy: whoever is granted a partition
--   itself, as by default privileges, reads nothing in it. Our roles lose what they were granted on it then, and where
--   that asks no policy (is_open_partition). Access through the table stays as it is. A partition of another role is left
--   alone, and one that others keep busy to the next call, with a warning.
-- Errors: none of its own.
-- Cost: a look-up; for a partition that is not closed yet, that of try_lock_tables.
CREATE OR REPLACE FUNCTION close_partitions(p_table text)
RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
DECLARE
  part regclass;
BEGIN
  FOR part IN
    SELECT inhrelid FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = p_table::regclass AND is_open_partition(inhrelid) AND pg_has_role(relowner, 'USAGE')
  LOOP
    IF NOT try_lock_tables(1, format('%s IN ACCESS EXCLUSIVE MODE', part)) THEN
      RAISE WARNING '% is in use: its row level security is left to the next call', part;
      CONTINUE;
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, mailgenius_app, mailgenius_readonly', part);
  END LOOP;
END
$$;

COMMENT ON FUNCTION close_partitions(text) IS 'Enables row level security on each partition of a table.';
ALTER FUNCTION close_partitions(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION close_partitions(text) FROM PUBLIC;
