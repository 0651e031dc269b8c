--! title: The partitioned tables are as closed as the tables they replace
-- Policies of the parent hold for rows reached through it; nobody is granted a partition itself.

ALTER TABLE email_sends_partitioned ENABLE ROW LEVEL SECURITY;
ALTER TABLE lead_activities_partitioned ENABLE ROW LEVEL SECURITY;
CREATE POLICY workspace ON email_sends_partitioned USING (workspace_id = (SELECT current_workspace_id()));
CREATE POLICY workspace ON lead_activities_partitioned USING (workspace_id = (SELECT current_workspace_id()));
GRANT SELECT, INSERT, UPDATE, DELETE ON email_sends_partitioned, lead_activities_partitioned TO mailgenius_app;
GRANT SELECT ON email_sends_partitioned, lead_activities_partitioned TO mailgenius_readonly;
GRANT SELECT ON migration_progress TO mailgenius_readonly;
