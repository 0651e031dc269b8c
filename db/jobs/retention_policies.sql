--! title: How long what is kept
-- NULL, or no row, is for ever. No other table is cleaned: perform_maintenance_tasks() has a task for each of these.
-- Under the lock of the partitioning, since two who make the same table at once fail. Not touched when they are there:
-- whoever inserts sends reads the view.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('partitioning'));
  IF to_regclass('schedule_horizon') IS NOT NULL THEN
    RETURN;
  END IF;
  CREATE TABLE IF NOT EXISTS retention_policies (
    table_name text PRIMARY KEY CHECK (table_name IN ('email_sends', 'cron.job_run_details')),
    keep_days  integer CHECK (keep_days BETWEEN 1 AND 36500)
  );
  INSERT INTO retention_policies VALUES ('email_sends', 365), ('cron.job_run_details', 30) ON CONFLICT DO NOTHING;

  ALTER TABLE retention_policies OWNER TO mailgenius_owner;
  REVOKE ALL ON retention_policies FROM PUBLIC, mailgenius_app, mailgenius_readonly;
  GRANT SELECT ON retention_policies TO mailgenius_readonly;

  -- All sends of a campaign have its first moment, and go with it. One that was first scheduled before this horizon
  -- takes no further recipients: retention has removed its sends, so nobody knows who had one, or by its policy would
  -- remove new ones within 30 days, or within half of the time that sends are kept where that is less.
  CREATE OR REPLACE VIEW schedule_horizon AS
  SELECT greatest(
    (SELECT removed_before FROM partition_ranges WHERE table_name = 'email_sends_partitioned'),
    (SELECT now() - greatest(keep_days - 30, keep_days / 2.0) * interval '24 hours'
     FROM retention_policies WHERE table_name = 'email_sends')
  ) AS moment;

  COMMENT ON VIEW schedule_horizon IS
    'Campaigns first scheduled before this moment take no further recipients; NULL is no limit.';
  ALTER VIEW schedule_horizon OWNER TO mailgenius_owner;
  REVOKE ALL ON schedule_horizon FROM PUBLIC, mailgenius_app, mailgenius_readonly;
  -- The application, for its policy of new sends.
  GRANT SELECT ON schedule_horizon TO mailgenius_app, mailgenius_readonly;
END
$$;
