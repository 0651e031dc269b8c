--! title: The partitioned tables are as closed as the tables they replace
-- Policies of the parent hold for rows reached through it; without them nobody but the owner reads anything in it.
-- Partitions never get any (close_partitions), for where default privileges grant them. The grants come with the switch: who wrote to the new
-- tables before would spoil the copy.
DO $$
BEGIN
  IF NOT migration_step('email_sends') THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM pg_policy WHERE polrelid = 'lead_activities_partitioned'::regclass) THEN
    RETURN;
  END IF;
  -- They are, unless tables.sql of an earlier version made them.
  ALTER TABLE email_sends_partitioned ENABLE ROW LEVEL SECURITY;
  ALTER TABLE lead_activities_partitioned ENABLE ROW LEVEL SECURITY;
  CREATE POLICY workspace ON email_sends_partitioned USING (workspace_id = (SELECT current_workspace_id()));
  CREATE POLICY workspace ON lead_activities_partitioned USING (workspace_id = (SELECT current_workspace_id()));

  -- Parents are visible rows, as in the base schema; and a send has its campaign's one moment, or the key would not
  -- see that the lead has one already. No moment of which retention has removed sends, or soon would.
  CREATE POLICY parents ON email_sends_partitioned AS RESTRICTIVE FOR INSERT WITH CHECK (
    EXISTS (SELECT FROM campaigns AS parent
            WHERE parent.id = email_sends_partitioned.campaign_id
              AND parent.sends_created_at = email_sends_partitioned.created_at)
    AND created_at >= coalesce((SELECT moment FROM schedule_horizon), '-infinity')
    AND EXISTS (SELECT FROM leads AS parent WHERE parent.id = email_sends_partitioned.lead_id)
  );
  CREATE POLICY parents ON lead_activities_partitioned AS RESTRICTIVE FOR INSERT WITH CHECK (
    EXISTS (SELECT FROM leads AS parent WHERE parent.id = lead_activities_partitioned.lead_id)
  );
END
$$;
