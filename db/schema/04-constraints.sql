--! title: Keys, references and value lists
--! after: load

ALTER TABLE workspaces
  ADD PRIMARY KEY (id),
  ADD UNIQUE (slug);

ALTER TABLE users
  ADD PRIMARY KEY (id),
  ADD UNIQUE (email);

ALTER TABLE workspace_members
  ADD PRIMARY KEY (id),
  ADD UNIQUE (workspace_id, user_id),
  ADD CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  ADD CHECK (status IN ('active', 'invited', 'suspended')),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE,
  ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;

ALTER TABLE leads
  ADD PRIMARY KEY (id),
  ADD UNIQUE (workspace_id, email),
  -- 'import' is a lead's source when it came from a file.
  ADD CHECK (source IN ('form', 'import', 'api', 'webhook', 'manual')),
  ADD CHECK (status IN ('active', 'unsubscribed', 'bounced', 'complained')),
  -- What an import merges with: another shape of either would end the whole batch, or never be found equal.
  ADD CHECK (cardinality(tags) = 0 OR (array_ndims(tags) = 1 AND array_position(tags, NULL) IS NULL)),
  ADD CHECK (jsonb_typeof(custom_fields) = 'object'),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE;

ALTER TABLE lead_segments
  ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE;

ALTER TABLE email_templates
  ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE;

ALTER TABLE campaigns
  ADD PRIMARY KEY (id),
  ADD CHECK (status IN ('draft', 'scheduled', 'sending', 'sent', 'completed', 'paused', 'cancelled')),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE,
  ADD FOREIGN KEY (template_id) REFERENCES email_templates ON DELETE SET NULL,
  ADD FOREIGN KEY (segment_id) REFERENCES lead_segments ON DELETE SET NULL;

ALTER TABLE email_sends
  ADD PRIMARY KEY (id),
  ADD CHECK (status IN ('pending', 'sent', 'delivered', 'bounced', 'complained')),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE,
  ADD FOREIGN KEY (campaign_id) REFERENCES campaigns ON DELETE CASCADE,
  ADD FOREIGN KEY (lead_id) REFERENCES leads ON DELETE CASCADE;

ALTER TABLE lead_activities
  ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE,
  ADD FOREIGN KEY (lead_id) REFERENCES leads ON DELETE CASCADE;

ALTER TABLE automation_flows
  ADD PRIMARY KEY (id),
  ADD CHECK (status IN ('draft', 'active', 'paused')),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE;

ALTER TABLE automation_executions
  ADD PRIMARY KEY (id),
  ADD CHECK (status IN ('running', 'waiting', 'completed', 'failed', 'cancelled')),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE,
  ADD FOREIGN KEY (flow_id) REFERENCES automation_flows ON DELETE CASCADE,
  ADD FOREIGN KEY (lead_id) REFERENCES leads ON DELETE CASCADE;

ALTER TABLE webhooks
  ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE;

ALTER TABLE webhook_logs
  ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE,
  ADD FOREIGN KEY (webhook_id) REFERENCES webhooks ON DELETE CASCADE;

ALTER TABLE api_keys
  ADD PRIMARY KEY (id),
  ADD UNIQUE (key_hash),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE;

ALTER TABLE audit_logs
  ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE,
  ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE SET NULL;
