--! title: setup_partman
-- Contract: hands the making of months ahead to pg_partman (4.7 or 5.x), where install_partman() can; from then on
--   create_monthly_partitions() asks it. Months that are there keep their names, further ones get pg_partman's
--   (email_sends_partitioned_p2027_03). Rows of these months leave the default partition. Each call gives partitions
--   that belong to the caller, as those of a job of pg_partman's own, to the owner of the table, and closes them
--   (close_partitions). Returns a line per table, and why not where it was not handed over or some of its partitions
--   belong to others.
-- Errors: none of its own.
-- Cost: makes one partition per table, and looks through the default partition.
CREATE OR REPLACE FUNCTION setup_partman()
RETURNS TABLE (table_name text, problem text)
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  obstacle   constant text := install_partman();
  partman    constant text := partman_schema();
  version    constant text := (SELECT extversion FROM pg_extension WHERE extname = 'pg_partman');
  template   text;
  own_default text;
  next_month date;
  has_rows   boolean;
  stranger   text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['email_sends_partitioned', 'lead_activities_partitioned'] LOOP
    problem := obstacle;
    IF problem IS NULL THEN
      IF NOT is_partman_managed(table_name) THEN
        own_default := replace(table_name, '_partitioned', '_default');
        SELECT max(month) + interval '1 month' INTO next_month
        FROM monthly_partitions AS part WHERE part.table_name = setup_partman.table_name;

        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', own_default) INTO has_rows;
        IF has_rows AND (is_referred_to(table_name) OR is_referred_to(own_default)) THEN
          problem := format('rows wait in %s, and a foreign key that refers to %s would take them for deleted',
                            own_default, table_name);
          RETURN NEXT;
          CONTINUE;
        END IF;

        -- It insists on a default partition of its own making; ours is watched by name and comes back after.
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', table_name, own_default);
        EXECUTE format(CASE WHEN split_part(version, '.', 1)::integer >= 5 THEN
          'SELECT %s.create_parent(p_parent_table => $1, p_control => ''created_at'', p_interval => ''1 month'',
                                   p_start_partition => $2, p_premake => 3)'
        ELSE
          'SELECT %s.create_parent($1, ''created_at'', ''native'', ''monthly'', p_start_partition => $2, p_premake => 3)'
        END, partman) USING 'public.' || table_name, next_month::text;
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', own_default) INTO has_rows;
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', table_name, table_name || '_default');
        EXECUTE format('DROP TABLE %I', table_name || '_default');
        -- Rows that waited for the months made now would keep it from coming back.
        IF has_rows THEN
          EXECUTE format('WITH moved AS (DELETE FROM %I WHERE created_at >= $1 AND created_at < $2 RETURNING *)
                          INSERT INTO %I SELECT * FROM moved', own_default, table_name)
          USING next_month::timestamp::timestamptz,
                (SELECT (max(month) + interval '1 month')::timestamptz FROM monthly_partitions AS part
                 WHERE part.table_name = setup_partman.table_name);
        END IF;
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I DEFAULT', table_name, own_default);

        -- Ahead of today, not of the newest row; and rows that wait in the default partition are our business.
        EXECUTE format('UPDATE %s.part_config SET infinite_time_partitions = true, ignore_default_data = true
                        WHERE parent_table = $1 RETURNING template_table', partman)
        INTO template USING 'public.' || table_name;
        -- It reads that whenever it makes a partition.
        EXECUTE format('GRANT ALL ON %s TO mailgenius_owner', template);
      END IF;

      -- Retention and ANALYZE run as the owner of the table, and pg_partman makes partitions as whoever calls it.
      FOR stranger IN
        SELECT partition_name FROM monthly_partitions AS part
        WHERE part.table_name = setup_partman.table_name AND NOT is_ours
      LOOP
        BEGIN
          EXECUTE format('ALTER TABLE %I OWNER TO mailgenius_owner', stranger);
        EXCEPTION
          WHEN insufficient_privilege THEN
            problem := concat_ws(', ', problem, stranger || ' belongs to another role');
        END;
      END LOOP;
      PERFORM close_partitions(table_name);
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION setup_partman() IS 'Hands the making of months ahead to pg_partman, where the server has it.';
ALTER FUNCTION setup_partman() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION setup_partman() FROM PUBLIC;
