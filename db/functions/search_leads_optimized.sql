--! title: search_leads_optimized
-- Contract: a page of the workspace's leads, newest first, equal created_at by id descending. Any mix of
--   filters, none included; see lead_filter. The next page starts after the last row of this one: pass its
--   created_at and id. Reading on costs the same at any depth and neither loses nor repeats a row.
-- Errors: 42501 no access to the workspace; 22023 p_limit not within 1 and 10,000, half a cursor, or
--   what lead_filter refuses.
-- Cost: an index walk of p_limit rows, or a trigram look-up for a rare term; planned at each call.
CREATE OR REPLACE FUNCTION search_leads_optimized(
  p_workspace_id     uuid,
  p_term             text        DEFAULT NULL,
  p_status           text        DEFAULT NULL,
  p_source           text        DEFAULT NULL,
  p_tags             text[]      DEFAULT NULL,
  p_after_created_at timestamptz DEFAULT NULL,
  p_after_id         uuid        DEFAULT NULL,
  p_limit            integer     DEFAULT 50
) RETURNS TABLE (
  id uuid, email citext, name text, company text, status text, source text, tags text[], created_at timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  filter text := lead_filter(p_workspace_id, p_term, p_status, p_source, p_tags);
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_limit IS NULL OR p_limit NOT BETWEEN 1 AND 10000 THEN
    RAISE EXCEPTION 'p_limit must be within 1 and 10000' USING ERRCODE = '22023';
  ELSIF (p_after_created_at IS NULL) <> (p_after_id IS NULL) THEN
    RAISE EXCEPTION 'a cursor is p_after_created_at and p_after_id' USING ERRCODE = '22023';
  ELSIF p_after_id IS NOT NULL THEN
    -- As parameters, not as text: a time printed and read again may be another one (DateStyle, time zone).
    filter := filter || ' AND (created_at, id) < ($1, $2)';
  END IF;

  -- Qualified: a bare created_at in ORDER BY would be the cast column of the result, which no index has.
  RETURN QUERY EXECUTE format(
    'SELECT id, email, name, company, status, source, tags, created_at::timestamptz
     FROM leads WHERE %s ORDER BY leads.created_at DESC, leads.id DESC LIMIT %s', filter, p_limit)
  USING p_after_created_at, p_after_id;
END
$$;

COMMENT ON FUNCTION search_leads_optimized(uuid, text, text, text, text[], timestamptz, uuid, integer) IS
  'A page of a workspace''s leads by filters, newest first, after a cursor.';
ALTER FUNCTION search_leads_optimized(uuid, text, text, text, text[], timestamptz, uuid, integer)
  OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION search_leads_optimized(uuid, text, text, text, text[], timestamptz, uuid, integer)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_leads_optimized(uuid, text, text, text, text[], timestamptz, uuid, integer)
  TO mailgenius_app;
