--! title: lead_import_changes
-- Contract: whether importing these fields would change the lead. NULL and empty fields say nothing.
-- Errors: none.
-- Cost: one expression, which the planner puts in place of the call; parsed once, here (RETURN).
CREATE OR REPLACE FUNCTION lead_import_changes(
  p_lead leads, p_name text, p_phone text, p_company text, p_position text, p_status text, p_tags text[],
  p_custom_fields jsonb
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(p_name, p_lead.name) IS DISTINCT FROM p_lead.name
    OR coalesce(p_phone, p_lead.phone) IS DISTINCT FROM p_lead.phone
    OR coalesce(p_company, p_lead.company) IS DISTINCT FROM p_lead.company
    OR coalesce(p_position, p_lead.position) IS DISTINCT FROM p_lead.position
    OR (p_lead.status = 'active' AND p_status <> 'active')
    -- Usually they are just the same, which costs less to see than each tag among all, or a merge.
    OR (p_tags <> p_lead.tags AND NOT p_tags <@ p_lead.tags)
    OR (p_custom_fields <> p_lead.custom_fields
        AND p_lead.custom_fields || p_custom_fields <> p_lead.custom_fields);

COMMENT ON FUNCTION lead_import_changes(leads, text, text, text, text, text, text[], jsonb) IS
  'Whether importing these fields would change the lead.';
ALTER FUNCTION lead_import_changes(leads, text, text, text, text, text, text[], jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION lead_import_changes(leads, text, text, text, text, text, text[], jsonb) FROM PUBLIC;
