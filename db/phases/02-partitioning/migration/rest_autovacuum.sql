--! title: No autovacuum of the new partitions until the switch
-- It would vacuum rows without keys, and stand in the way of the locks. The switch gives it back.
DO $$
DECLARE
  part regclass;
BEGIN
  IF NOT migration_step('email_sends') THEN
    RETURN;
  END IF;
  FOR part IN
    SELECT relid FROM pg_partition_tree('email_sends_partitioned') WHERE isleaf
    UNION ALL
    SELECT relid FROM pg_partition_tree('lead_activities_partitioned') WHERE isleaf
  LOOP
    IF NOT EXISTS (SELECT FROM pg_class WHERE oid = part AND 'autovacuum_enabled=false' = ANY (reloptions)) THEN
      EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', part);
    END IF;
  END LOOP;
END
$$;
