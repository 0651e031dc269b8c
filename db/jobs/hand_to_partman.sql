--! title: hand_to_partman
-- Contract: gives a table of ours to pg_partman (4.7 or 5.x), which is installed; returns why not, or NULL: what pg_partman
--   itself refuses, too. Rows that wait for the months that it makes leave the default partition. Leaves the session's
--   search_path at 'public, pg_temp': pg_partman sets it, and not for its own function only.
-- Errors: none of its own.
-- Cost: makes a few partitions, and looks through the default partition.
CREATE OR REPLACE FUNCTION hand_to_partman(p_table text)
RETURNS text
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  obstacle    constant text := partman_obstacle(p_table);
  partman     constant text := partman_schema();
  own_default constant text := replace(p_table, '_partitioned', '_default');
  next_month  constant date := (SELECT max(month) + interval '1 month' FROM monthly_partitions WHERE table_name = p_table);
  version     constant text := (SELECT extversion FROM pg_extension WHERE extname = 'pg_partman');
  template    text;
  has_rows    boolean;
BEGIN
  IF obstacle IS NOT NULL THEN
    RETURN obstacle;
  END IF;

  -- It insists on a default partition of its own making; ours is watched by name and comes back after.
  EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', p_table, own_default);
  EXECUTE format(CASE WHEN split_part(version, '.', 1)::integer >= 5 THEN
    'SELECT %s.create_parent(p_parent_table => $1, p_control => ''created_at'', p_interval => ''1 month'',
                             p_start_partition => $2, p_premake => 3)'
  ELSE
    'SELECT %s.create_parent($1, ''created_at'', ''native'', ''monthly'', p_start_partition => $2, p_premake => 3)'
  END, partman) USING 'public.' || p_table, next_month::text;
  EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', p_table, p_table || '_default');
  EXECUTE format('DROP TABLE %I', p_table || '_default');
  -- Rows that waited for the months made now would keep it from coming back.
  EXECUTE format('SELECT EXISTS (SELECT FROM %I)', own_default) INTO has_rows;
  IF has_rows THEN
    EXECUTE format('WITH moved AS (DELETE FROM %I WHERE created_at >= $1 AND created_at < $2 RETURNING *)
                    INSERT INTO %I SELECT * FROM moved', own_default, p_table)
    USING next_month::timestamp::timestamptz,
          (SELECT (max(month) + interval '1 month')::timestamptz FROM monthly_partitions WHERE table_name = p_table);
  END IF;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I DEFAULT', p_table, own_default);

  -- Ahead of today, not of the newest row; and rows that wait in the default partition are our business.
  EXECUTE format('UPDATE %s.part_config SET infinite_time_partitions = true, ignore_default_data = true
                  WHERE parent_table = $1 RETURNING template_table', partman)
  INTO template USING 'public.' || p_table;
  -- It reads that whenever it makes a partition.
  EXECUTE format('GRANT ALL ON %s TO mailgenius_owner', template);
  RETURN NULL;
EXCEPTION
  -- pg_partman raises whatever goes wrong in it as P0001; a row of its that our role does not see is a unique violation.
  WHEN raise_exception OR insufficient_privilege OR unique_violation THEN
    RETURN SQLERRM;
END
$$;

COMMENT ON FUNCTION hand_to_partman(text) IS 'Gives a table of ours to pg_partman; why not, or NULL.';
ALTER FUNCTION hand_to_partman(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION hand_to_partman(text) FROM PUBLIC;
