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
    EXECUTE format('GRANT SELECT ON %s TO mailgenius_app, mailgenius_readonly', relation);
  END LOOP;
END
$$;

-- The workspace of the session, or NULL unless its user is an active member. Policies call it in a
-- scalar subquery: an InitPlan, evaluated once for each statement and not once for each row.
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
    -- Who belongs to a workspace decides what a session sees: the application may not change that.
    CONTINUE WHEN relation IN ('workspace_members'::regclass, 'audit_logs'::regclass);
    EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO mailgenius_app', relation);
  END LOOP;
END
$$;

GRANT UPDATE (name, settings) ON workspaces TO mailgenius_app;
-- An audit log is written once.
GRANT INSERT ON audit_logs TO mailgenius_app;
