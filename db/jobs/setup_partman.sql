--! title: setup_partman
-- Contract: gives our tables to pg_partman, where install_partman() can: from then on its own jobs make months ahead, under
--   its names, and so does create_monthly_partitions(). Months that are there keep their names. Each call gives partitions
--   that belong to the caller, as those of a job of pg_partman's own, to the owner of the table, and closes them
--   (close_partitions). Returns a line per table, and why not where it was not handed over or some of its partitions
--   belong to others.
-- Errors: none of its own.
-- Cost: that of hand_to_partman() for a table that pg_partman does not have yet.
CREATE OR REPLACE FUNCTION setup_partman()
RETURNS TABLE (table_name text, problem text)
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  obstacle constant text := install_partman();
  stranger regclass;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['email_sends_partitioned', 'lead_activities_partitioned'] LOOP
    problem := obstacle;
    IF problem IS NULL AND NOT is_partman_managed(table_name) THEN
      problem := hand_to_partman(table_name);
    END IF;
    IF is_partman_managed(table_name) THEN
      PERFORM own_partman_row(table_name);
      -- Retention and ANALYZE run as the owner of the table, and pg_partman makes partitions as whoever calls it.
      FOR stranger IN
        SELECT partition_oid::regclass FROM monthly_partitions AS part
        WHERE part.table_name = setup_partman.table_name AND NOT is_ours
      LOOP
        BEGIN
          EXECUTE format('ALTER TABLE %s OWNER TO mailgenius_owner', stranger);
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

COMMENT ON FUNCTION setup_partman() IS 'Gives our tables to pg_partman, where the server has it.';
ALTER FUNCTION setup_partman() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION setup_partman() FROM PUBLIC;
