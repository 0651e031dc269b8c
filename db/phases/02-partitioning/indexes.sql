--! title: Keys and indexes of the partitioned tables
-- Every index of these tables exists once in each partition. Built after the copy.

ALTER TABLE email_sends_partitioned
  ADD PRIMARY KEY (id, created_at),
  ADD UNIQUE (campaign_id, lead_id, created_at);
CREATE INDEX email_sends_partitioned_lead_idx ON email_sends_partitioned (lead_id);
-- Events of the mail provider name nothing but the message; they ask every partition.
CREATE INDEX email_sends_partitioned_provider_idx ON email_sends_partitioned (provider_message_id)
  WHERE provider_message_id IS NOT NULL;
-- What the dispatcher looks for. Sent mail leaves this index, so it stays as small as the queue.
CREATE INDEX email_sends_partitioned_pending_idx ON email_sends_partitioned (campaign_id)
  WHERE status = 'pending';

ALTER TABLE lead_activities_partitioned ADD PRIMARY KEY (id, created_at);
CREATE INDEX lead_activities_partitioned_lead_idx ON lead_activities_partitioned (lead_id, created_at);
CREATE INDEX lead_activities_partitioned_type_idx ON lead_activities_partitioned (activity_type);

-- No reference to workspaces: campaign and lead imply it, and each reference is a query per inserted row.
ALTER TABLE email_sends_partitioned
  ADD FOREIGN KEY (campaign_id) REFERENCES campaigns ON DELETE CASCADE,
  ADD FOREIGN KEY (lead_id) REFERENCES leads ON DELETE CASCADE;
ALTER TABLE lead_activities_partitioned
  ADD FOREIGN KEY (lead_id) REFERENCES leads ON DELETE CASCADE;
