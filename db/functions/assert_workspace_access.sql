--! title: assert_workspace_access
-- Contract: returns if the caller may act for the workspace: its session is set to it and its user is an
--   active member, or its role is a member of mailgenius_owner. Every SECURITY DEFINER function that takes
--   a workspace calls this first, because inside it row level security no longer applies.
-- Errors: 42501 otherwise. NULL is nobody's workspace: only a member of mailgenius_owner passes with it.
-- Cost: one index look-up.
CREATE OR REPLACE FUNCTION assert_workspace_access(p_workspace_id uuid)
RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  -- current_user is the owner in here. SET ROLE leaves its mark in the setting "role".
  caller constant text := coalesce(nullif(current_setting('role'), 'none'), session_user);
BEGIN
  IF p_workspace_id = current_workspace_id() OR pg_has_role(caller, 'mailgenius_owner', 'MEMBER') THEN
    RETURN;
  END IF;
  RAISE EXCEPTION 'no access to workspace %', coalesce(p_workspace_id::text, 'NULL')
    USING ERRCODE = '42501', HINT = 'Set app.workspace_id and app.user_id to an active membership.';
END
$$;

COMMENT ON FUNCTION assert_workspace_access(uuid) IS
  'Raises 42501 unless the session may act for the workspace.';
ALTER FUNCTION assert_workspace_access(uuid) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION assert_workspace_access(uuid) FROM PUBLIC;
