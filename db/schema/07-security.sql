--! title: Ownership, row level security, grants
--! after: load
-- The owner is exempt from row level security (no FORCE): its SECURITY DEFINER functions may use any
-- index, and each filters by workspace itself. Nobody logs in as the owner.

GRANT USAGE, CREATE ON SCHEMA public TO mailgenius_owner;
GRANT USAGE ON SCHEMA public TO mailgenius_app, mailgenius_readonly;

DO $$
DECLARE
  relation regclass;
BEGIN
  FOR relation IN
    SELECT oid FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
  LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO mailgenius_owner', relation);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
    -- Whatever default privileges have granted: TRUNCATE, for one, asks no policy.
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, mailgenius_app, mailgenius_readonly', relation);
    EXECUTE format('GRANT SELECT ON %s TO mailgenius_app, mailgenius_readonly', relation);
  END LOOP;
END
$$;

-- Contract: the workspace of the session, or NULL unless its user is an active member. Policies call it in a
--   scalar subquery: an InitPlan, evaluated once for each statement and not once for each row.
-- Errors: 22P02 a setting is no uuid.
-- Cost: one index look-up.
CREATE FUNCTION current_workspace_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = public, pg_temp
AS $$
  SELECT workspace_id
  FROM workspace_members
  WHERE workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
    AND user_id = nullif(current_setting('app.user_id', true), '')::uuid
    AND status = 'active'
$$;

COMMENT ON FUNCTION current_workspace_id() IS
  'app.workspace_id if app.user_id is an active member of it, else NULL. Cost: one index look-up.';

ALTER FUNCTION current_workspace_id() OWNER TO mailgenius_owner;
ALTER FUNCTION set_updated_at() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION current_workspace_id(), set_updated_at() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION current_workspace_id() TO mailgenius_app, mailgenius_readonly;

CREATE POLICY workspace ON workspaces USING (id = (SELECT current_workspace_id()));
CREATE POLICY workspace ON users USING (
  EXISTS (SELECT FROM workspace_members AS member WHERE member.user_id = users.id)
);

-- Every other table has the workspace in each row.
DO $$
DECLARE
  relation regclass;
BEGIN
  FOR relation IN
    SELECT attrelid FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attname = 'workspace_id'
  LOOP
    EXECUTE format('CREATE POLICY workspace ON %s USING (workspace_id = (SELECT current_workspace_id()))',
                   relation);
    -- Who belongs to a workspace decides what a session sees: the application may not change that. Nor may it
    -- write the log of what was done: the functions and triggers that do it, do.
    CONTINUE WHEN relation IN ('workspace_members'::regclass, 'audit_logs'::regclass);
    EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO mailgenius_app', relation);
  END LOOP;
END
$$;

GRANT UPDATE (name, settings) ON workspaces TO mailgenius_app;

-- A foreign key sees the rows of every workspace: by itself it would let a row name a parent of another one. So the
-- parents are looked up once more as the session, under its own policies. Restrictive: this narrows the policy above.
CREATE POLICY parents ON campaigns AS RESTRICTIVE USING (true) WITH CHECK (
  (template_id IS NULL OR EXISTS (SELECT FROM email_templates AS parent WHERE parent.id = campaigns.template_id))
  AND (segment_id IS NULL OR EXISTS (SELECT FROM lead_segments AS parent WHERE parent.id = campaigns.segment_id))
);
CREATE POLICY parents ON email_sends AS RESTRICTIVE FOR INSERT WITH CHECK (
  EXISTS (SELECT FROM campaigns AS parent WHERE parent.id = email_sends.campaign_id)
  AND EXISTS (SELECT FROM leads AS parent WHERE parent.id = email_sends.lead_id)
);
CREATE POLICY parents ON lead_activities AS RESTRICTIVE FOR INSERT WITH CHECK (
  EXISTS (SELECT FROM leads AS parent WHERE parent.id = lead_activities.lead_id)
);
CREATE POLICY parents ON automation_executions AS RESTRICTIVE FOR INSERT WITH CHECK (
  EXISTS (SELECT FROM automation_flows AS parent WHERE parent.id = automation_executions.flow_id)
  AND EXISTS (SELECT FROM leads AS parent WHERE parent.id = automation_executions.lead_id)
);
CREATE POLICY parents ON webhook_logs AS RESTRICTIVE FOR INSERT WITH CHECK (
  EXISTS (SELECT FROM webhooks AS parent WHERE parent.id = webhook_logs.webhook_id)
);

-- What happened to somebody stays with them: these rows never get another parent. A grant that leaves those columns
-- out costs an update nothing, where a policy would look the parents up at each event of a send.
REVOKE UPDATE ON email_sends, lead_activities, automation_executions, webhook_logs FROM mailgenius_app;
GRANT UPDATE (email, status, provider_message_id, sent_at, delivered_at, opened_at, clicked_at, bounced_at,
              unsubscribed_at, complained_at, failed_at) ON email_sends TO mailgenius_app;
GRANT UPDATE (activity_type, data) ON lead_activities TO mailgenius_app;
GRANT UPDATE (status, state, started_at, finished_at) ON automation_executions TO mailgenius_app;
GRANT UPDATE (event, payload, response_code) ON webhook_logs TO mailgenius_app;
