--! title: lock_for_partitions
-- Contract: takes every lock that a new partition of this table of ours needs, in the order in which most writers come by (leads,
--   campaigns, the table, its default partition), and says whether it got them.
-- Errors: none of its own.
-- Cost: that of try_lock_tables.
CREATE OR REPLACE FUNCTION lock_for_partitions(p_table text)
RETURNS boolean
LANGUAGE sql
SET search_path = public, pg_temp
AS $$
  SELECT try_lock_tables(5, VARIADIC
    -- ATTACH gives the partition the foreign keys of its parent. First, as who changes a lead goes on to its sends from
    -- there: it would wait for them with the lead in hand.
    ARRAY(SELECT DISTINCT confrelid::regclass || ' IN SHARE ROW EXCLUSIVE MODE'
          FROM pg_constraint WHERE conrelid = p_table::regclass AND contype = 'f' ORDER BY 1 DESC)
    -- A writer that has chosen the default partition and waits for it would find that its row does not belong there any
    -- more, and fail: it has to wait here.
    || ARRAY[format('ONLY %I IN SHARE ROW EXCLUSIVE MODE', p_table)]
    -- And changes what the default partition may hold, which no reader may see half done.
    || ARRAY[format('%I IN ACCESS EXCLUSIVE MODE', replace(p_table, '_partitioned', '_default'))])
$$;

COMMENT ON FUNCTION lock_for_partitions(text) IS 'Locks what a new partition of a table needs; whether it got the locks.';
ALTER FUNCTION lock_for_partitions(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION lock_for_partitions(text) FROM PUBLIC;
