--! title: Deletions and changes of policies go to the audit log, whoever makes them
-- Imports, schedules, exports and retention write their own lines.

-- Contract: a line for each workspace that a DELETE took rows from, with how many.
-- Errors: none of its own.
-- Cost: reads the deleted rows once more, out of memory or a temporary file.
CREATE OR REPLACE FUNCTION audit_deletion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO audit_logs (workspace_id, user_id, action, object_type, details)
  -- A workspace that goes takes its rows along; then the line belongs to nobody.
  SELECT (SELECT id FROM workspaces WHERE id = gone.workspace_id), session_user_id(), 'delete', TG_ARGV[0],
         jsonb_build_object('workspace_id', gone.workspace_id, 'rows', count(*))
  FROM gone
  GROUP BY gone.workspace_id;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION audit_deletion() IS 'Trigger: notes how many rows a statement deleted, by workspace.';
ALTER FUNCTION audit_deletion() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION audit_deletion() FROM PUBLIC;

-- Every table that the application may delete from.
CREATE OR REPLACE TRIGGER audit_deletion AFTER DELETE ON leads REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION audit_deletion('lead');
CREATE OR REPLACE TRIGGER audit_deletion AFTER DELETE ON campaigns REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION audit_deletion('campaign');
CREATE OR REPLACE TRIGGER audit_deletion AFTER DELETE ON lead_segments REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION audit_deletion('lead_segment');
CREATE OR REPLACE TRIGGER audit_deletion AFTER DELETE ON email_templates REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION audit_deletion('email_template');
CREATE OR REPLACE TRIGGER audit_deletion AFTER DELETE ON automation_flows REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION audit_deletion('automation_flow');
CREATE OR REPLACE TRIGGER audit_deletion AFTER DELETE ON webhooks REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION audit_deletion('webhook');
CREATE OR REPLACE TRIGGER audit_deletion AFTER DELETE ON api_keys REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION audit_deletion('api_key');

-- These also go with a lead, a campaign, a flow or a webhook, and by retention. Both delete as the owner, and have
-- a line of their own.
CREATE OR REPLACE TRIGGER audit_deletion AFTER DELETE ON email_sends_partitioned REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT
  WHEN (current_user <> 'mailgenius_owner')
  EXECUTE FUNCTION audit_deletion('email_send');
CREATE OR REPLACE TRIGGER audit_deletion AFTER DELETE ON lead_activities_partitioned REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT
  WHEN (current_user <> 'mailgenius_owner')
  EXECUTE FUNCTION audit_deletion('lead_activity');
CREATE OR REPLACE TRIGGER audit_deletion AFTER DELETE ON automation_executions REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT
  WHEN (current_user <> 'mailgenius_owner')
  EXECUTE FUNCTION audit_deletion('automation_execution');
CREATE OR REPLACE TRIGGER audit_deletion AFTER DELETE ON webhook_logs REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT
  WHEN (current_user <> 'mailgenius_owner')
  EXECUTE FUNCTION audit_deletion('webhook_log');

-- Contract: a line for a table that was emptied. TRUNCATE tells no rows, and takes those of every workspace.
-- Errors: none of its own.
-- Cost: one row.
CREATE OR REPLACE FUNCTION audit_truncation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO audit_logs (user_id, action, object_type, details)
  VALUES (session_user_id(), 'delete', TG_TABLE_NAME, jsonb_build_object('command', 'TRUNCATE', 'role', session_user));
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION audit_truncation() IS 'Trigger: notes that a table was emptied.';
ALTER FUNCTION audit_truncation() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION audit_truncation() FROM PUBLIC;

DO $$
DECLARE
  audited regclass;
BEGIN
  FOR audited IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'audit_deletion' LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_truncation AFTER TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION audit_truncation()', audited);
  END LOOP;
END
$$;

-- What ALTER TABLE did is not told, and its text may be put together inside a function: so what matters of every table
-- with policies is noted, and compared.
CREATE OR REPLACE VIEW policy_states AS
SELECT relname::text AS table_name, relrowsecurity AS is_on, relforcerowsecurity AS is_forced,
       pg_get_userbyid(relowner)::text AS owner
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid);

CREATE TABLE IF NOT EXISTS policy_states_noted (
  table_name text PRIMARY KEY,
  is_on      boolean NOT NULL,
  is_forced  boolean NOT NULL,
  owner      text NOT NULL
);
INSERT INTO policy_states_noted SELECT * FROM policy_states ON CONFLICT DO NOTHING;

ALTER VIEW policy_states OWNER TO mailgenius_owner;
ALTER TABLE policy_states_noted OWNER TO mailgenius_owner;
REVOKE ALL ON policy_states, policy_states_noted
  FROM PUBLIC, mailgenius_app, mailgenius_readonly;

-- Contract: a line for who changed which policy, or a function that policies call, switched policies on, off or over to
--   owners, gave away a table that has some, altered one where they are off, or dropped what a role owns, which takes the role out of
--   policies. tables is what differs from what was last
--   noted: REASSIGN OWNED fires no event trigger, so what it did stands in the line of the next change, beside that one's
--   role and statement.
-- Errors: none of its own.
-- Cost: reads the catalogue's lines of all policies, at each ALTER TABLE.
CREATE OR REPLACE FUNCTION audit_policy_change() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  changed jsonb;
BEGIN
  WITH noted AS (
    -- Only what differs is written, and so locked: other tables are altered meanwhile.
    INSERT INTO policy_states_noted AS known
    SELECT * FROM policy_states EXCEPT SELECT * FROM policy_states_noted
    ON CONFLICT (table_name) DO UPDATE
    SET is_on = excluded.is_on, is_forced = excluded.is_forced, owner = excluded.owner
    RETURNING known.*
  )
  SELECT jsonb_agg(to_jsonb(noted)) INTO changed FROM noted;
  -- A table whose policies do not count is worth a line each time, and so is a function that policies call.
  IF tg_tag NOT LIKE '% POLICY' AND tg_tag <> 'DROP OWNED' AND changed IS NULL AND NOT EXISTS (
    SELECT FROM pg_event_trigger_ddl_commands() AS altered
    JOIN pg_class ON pg_class.oid = altered.objid AND altered.classid = 'pg_class'::regclass
    WHERE NOT relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid)
  ) AND NOT EXISTS (
    SELECT FROM pg_event_trigger_ddl_commands() AS altered
    JOIN pg_depend ON refclassid = altered.classid AND refobjid = altered.objid
    WHERE altered.classid = 'pg_proc'::regclass AND pg_depend.classid = 'pg_policy'::regclass
  ) THEN
    RETURN;
  END IF;
  INSERT INTO audit_logs (action, object_type, details)
  VALUES ('policy', 'policy', jsonb_build_object('command', tg_tag, 'role', session_user, 'statement', current_query(),
                                                 'tables', coalesce(changed, '[]')));
END
$$;

COMMENT ON FUNCTION audit_policy_change() IS 'Event trigger: notes who changed which policy, or a function that policies call, switched policies on, off or over to owners, gave away a table that has some, or altered one where they are off.';
ALTER FUNCTION audit_policy_change() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION audit_policy_change() FROM PUBLIC;

-- Contract: a line for policies that went along with something else: a column, a table or a function that they name, or
--   their own table.
-- Errors: none of its own.
-- Cost: reads the list of what a DROP took.
CREATE OR REPLACE FUNCTION audit_policy_loss() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  lost constant jsonb := (SELECT jsonb_agg(object_identity ORDER BY object_identity)
                          FROM pg_event_trigger_dropped_objects() WHERE object_type = 'policy');
BEGIN
  -- DROP POLICY has its line already. Where the log itself goes, there is nowhere to write one.
  IF lost IS NULL OR tg_tag = 'DROP POLICY' OR to_regclass('audit_logs') IS NULL THEN
    RETURN;
  END IF;
  INSERT INTO audit_logs (action, object_type, details)
  VALUES ('policy', 'policy', jsonb_build_object('command', tg_tag, 'role', session_user, 'statement', current_query(),
                                                 'lost', lost));
END
$$;

COMMENT ON FUNCTION audit_policy_loss() IS 'Event trigger: notes which policies went along with something else.';
ALTER FUNCTION audit_policy_loss() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION audit_policy_loss() FROM PUBLIC;

-- Only a superuser may make an event trigger before PostgreSQL 18 lets others; a managed server may refuse.
DO $$
BEGIN
  DROP EVENT TRIGGER IF EXISTS mailgenius_policy_change;
  DROP EVENT TRIGGER IF EXISTS mailgenius_policy_loss;
  CREATE EVENT TRIGGER mailgenius_policy_change ON ddl_command_end
    WHEN TAG IN ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'ALTER TABLE', 'CREATE FUNCTION', 'ALTER FUNCTION',
                 'ALTER ROUTINE', 'DROP OWNED')
    EXECUTE FUNCTION audit_policy_change();
  CREATE EVENT TRIGGER mailgenius_policy_loss ON sql_drop EXECUTE FUNCTION audit_policy_loss();
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE WARNING 'changes of policies are not in the audit log: this role may not make an event trigger';
END
$$;
