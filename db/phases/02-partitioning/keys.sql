--! title: Keys and indexes of the partitioned tables
-- Every index of these tables exists once in each partition. Built after the copy, and only before the switch: even an
-- index that is there already would wait for writers. Foreign keys: add_references.

DO $$
BEGIN
  IF migration_step('email_sends') THEN
    IF NOT EXISTS (SELECT FROM pg_constraint
                   WHERE conrelid = 'email_sends_partitioned'::regclass AND contype = 'p') THEN
      ALTER TABLE email_sends_partitioned
        ADD PRIMARY KEY (id, created_at),
        ADD UNIQUE (campaign_id, lead_id, created_at);
    END IF;
  END IF;
END
$$;

DO $$
BEGIN
  IF migration_step('email_sends') THEN
    CREATE INDEX IF NOT EXISTS email_sends_partitioned_lead_idx ON email_sends_partitioned (lead_id);
    -- Events of the mail provider name nothing but the message; they ask every partition.
    CREATE INDEX IF NOT EXISTS email_sends_partitioned_provider_idx ON email_sends_partitioned (provider_message_id)
      WHERE provider_message_id IS NOT NULL;
    -- Reads of one workspace, of any size among others. Scheduling inserts one more key per send, which is
    -- a seventh more WAL; but all those of a campaign are equal, so the index is an eighth of the primary key's.
    CREATE INDEX IF NOT EXISTS email_sends_partitioned_workspace_idx ON email_sends_partitioned (workspace_id, created_at);
    -- What the dispatcher looks for. Sent mail leaves this index, so it stays as small as the queue.
    CREATE INDEX IF NOT EXISTS email_sends_partitioned_pending_idx ON email_sends_partitioned (campaign_id)
      WHERE status = 'pending';
  END IF;
END
$$;

DO $$
BEGIN
  IF migration_step('lead_activities') THEN
    IF NOT EXISTS (SELECT FROM pg_constraint
                   WHERE conrelid = 'lead_activities_partitioned'::regclass AND contype = 'p') THEN
      ALTER TABLE lead_activities_partitioned ADD PRIMARY KEY (id, created_at);
    END IF;
    CREATE INDEX IF NOT EXISTS lead_activities_partitioned_lead_idx
      ON lead_activities_partitioned (lead_id, created_at);
    CREATE INDEX IF NOT EXISTS lead_activities_partitioned_type_idx ON lead_activities_partitioned (activity_type);
  END IF;
END
$$;

-- That an id is rare: else the planner would read whole partitions for each change that is applied. A small sample shows
-- it, and a list of columns leaves the real ANALYZE due.
DO $$
BEGIN
  IF migration_step('email_sends') THEN
    SET LOCAL default_statistics_target = 1;
    ANALYZE email_sends_partitioned (id), lead_activities_partitioned (id);
  END IF;
END
$$;
