--! title: get_segmented_leads
-- Contract: the workspace's leads that are in the segment (grammar in docs/segments.md), newest first,
--   equal created_at by id descending, so that pages neither lose nor repeat a lead.
-- Errors: 42501 no access to the workspace; 22023 an invalid segment (names the place in the JSON), or a
--   negative or NULL p_limit or p_offset.
-- Cost: planned at each call, about 1 ms, so that each segment gets the index that suits it.
CREATE OR REPLACE FUNCTION get_segmented_leads(
  p_workspace_id uuid, p_segment_conditions jsonb, p_limit integer DEFAULT 10000, p_offset integer DEFAULT 0
) RETURNS TABLE (
  lead_id uuid, email citext, name text, company text, status text, source text, tags text[], created_at timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
-- PostgreSQL's default, whatever the server says: a condition that no index answers reads the whole table.
SET max_parallel_workers_per_gather = 2
-- As in count_segmented_leads.
SET work_mem = '64MB'
AS $$
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF least(p_limit, p_offset) < 0 OR p_limit IS NULL OR p_offset IS NULL THEN
    RAISE EXCEPTION 'p_limit and p_offset must be 0 or more' USING ERRCODE = '22023';
  END IF;

  -- Qualified: a bare created_at in ORDER BY would be the cast column of the result, which no index has.
  RETURN QUERY EXECUTE format(
    'SELECT id, email, name, company, status, source, tags, created_at::timestamptz
     FROM leads WHERE workspace_id = %L AND %s
     ORDER BY leads.created_at DESC, leads.id DESC LIMIT %s OFFSET %s',
    p_workspace_id, segment_where(p_segment_conditions, p_words => 'page'), p_limit, p_offset);
END
$$;

COMMENT ON FUNCTION get_segmented_leads(uuid, jsonb, integer, integer) IS
  'The leads of a segment, newest first.';
ALTER FUNCTION get_segmented_leads(uuid, jsonb, integer, integer) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION get_segmented_leads(uuid, jsonb, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION get_segmented_leads(uuid, jsonb, integer, integer) TO mailgenius_app;
