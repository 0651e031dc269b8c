--! title: find_lead_by_email
-- Contract: the workspace's lead with this e-mail, whatever its case; no row when there is none.
-- Errors: 42501 no access to the workspace.
-- Cost: one index look-up. The same query under row level security reads the whole workspace, because
--   comparing citext is not leakproof and so may not come before the policy.
CREATE OR REPLACE FUNCTION find_lead_by_email(p_workspace_id uuid, p_email citext)
RETURNS TABLE (
  id uuid, email citext, name text, company text, status text, source text, tags text[], created_at timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  RETURN QUERY
  SELECT lead.id, lead.email, lead.name, lead.company, lead.status, lead.source, lead.tags,
         lead.created_at::timestamptz
  FROM leads AS lead
  WHERE lead.workspace_id = p_workspace_id AND lead.email = p_email;
END
$$;

COMMENT ON FUNCTION find_lead_by_email(uuid, citext) IS 'The workspace''s lead with this e-mail, whatever its case.';
ALTER FUNCTION find_lead_by_email(uuid, citext) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION find_lead_by_email(uuid, citext) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_lead_by_email(uuid, citext) TO mailgenius_app;
