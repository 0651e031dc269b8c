--! title: export_segmented_leads
-- Contract: every lead of the segment with all its fields, in order of e-mail, and a line in the audit log: who took
--   how many leads away, in the same transaction. All are read before the first is returned, so the line is written
--   however many of them the caller fetches.
-- Errors: 42501 no access to the workspace; 22023 an invalid segment, naming the place in the JSON.
-- Cost: reads every lead of the segment, once.
CREATE OR REPLACE FUNCTION export_segmented_leads(
  p_workspace_id uuid, p_segment_conditions jsonb DEFAULT '{"and": []}'
) RETURNS SETOF leads
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
-- As in count_segmented_leads.
SET work_mem = '64MB'
AS $$
DECLARE
  exported bigint;
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  RETURN QUERY EXECUTE format('SELECT * FROM leads WHERE workspace_id = %L AND %s ORDER BY email, id',
                              p_workspace_id, segment_where(p_segment_conditions));
  -- Not by a count of its own: another statement sees what others committed meanwhile.
  GET DIAGNOSTICS exported = ROW_COUNT;
  INSERT INTO audit_logs (workspace_id, user_id, action, object_type, details)
  VALUES (p_workspace_id, session_user_id(), 'export', 'lead',
          jsonb_build_object('segment', p_segment_conditions, 'rows', exported));
END
$$;

COMMENT ON FUNCTION export_segmented_leads(uuid, jsonb) IS 'Every lead of a segment, noted in the audit log.';
ALTER FUNCTION export_segmented_leads(uuid, jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION export_segmented_leads(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION export_segmented_leads(uuid, jsonb) TO mailgenius_app;
