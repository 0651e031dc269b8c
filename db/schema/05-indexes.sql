--! title: Indexes the application had
--! after: load
-- leads (workspace_id, email) is there already: its unique key.

CREATE INDEX leads_workspace_status_idx ON leads (workspace_id, status);
CREATE INDEX leads_tags_idx ON leads USING gin (tags);

CREATE INDEX email_sends_campaign_idx ON email_sends (campaign_id);
CREATE INDEX email_sends_lead_idx ON email_sends (lead_id);
CREATE INDEX email_sends_status_idx ON email_sends (status);

CREATE INDEX lead_activities_lead_idx ON lead_activities (lead_id);
CREATE INDEX lead_activities_type_idx ON lead_activities (activity_type);

CREATE INDEX campaigns_workspace_status_idx ON campaigns (workspace_id, status);

-- Foreign keys: without them, deleting a parent reads the whole child table.
CREATE INDEX workspace_members_user_idx ON workspace_members (user_id);
CREATE INDEX lead_segments_workspace_idx ON lead_segments (workspace_id);
CREATE INDEX email_templates_workspace_idx ON email_templates (workspace_id);
CREATE INDEX campaigns_template_idx ON campaigns (template_id);
CREATE INDEX campaigns_segment_idx ON campaigns (segment_id);
CREATE INDEX email_sends_workspace_idx ON email_sends (workspace_id);
CREATE INDEX lead_activities_workspace_idx ON lead_activities (workspace_id);
CREATE INDEX automation_flows_workspace_idx ON automation_flows (workspace_id);
CREATE INDEX automation_executions_workspace_idx ON automation_executions (workspace_id);
CREATE INDEX automation_executions_flow_idx ON automation_executions (flow_id);
CREATE INDEX automation_executions_lead_idx ON automation_executions (lead_id);
CREATE INDEX webhooks_workspace_idx ON webhooks (workspace_id);
CREATE INDEX webhook_logs_workspace_idx ON webhook_logs (workspace_id);
CREATE INDEX webhook_logs_webhook_idx ON webhook_logs (webhook_id);
CREATE INDEX api_keys_workspace_idx ON api_keys (workspace_id);
CREATE INDEX audit_logs_workspace_idx ON audit_logs (workspace_id, created_at);
CREATE INDEX audit_logs_user_idx ON audit_logs (user_id);
