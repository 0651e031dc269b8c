--! title: count_leads_optimized
-- Contract: how many leads search_leads_optimized would page through. p_total: 'exact'; 'capped' stops
--   at 10,000; 'estimated' asks the planner and reads nothing.
-- Errors: 42501 no access to the workspace; 22023 another p_total, or what lead_filter refuses.
-- Cost: exact reads every matching lead, capped at most 10,000, estimated none.
CREATE OR REPLACE FUNCTION count_leads_optimized(
  p_workspace_id uuid,
  p_term         text   DEFAULT NULL,
  p_status       text   DEFAULT NULL,
  p_source       text   DEFAULT NULL,
  p_tags         text[] DEFAULT NULL,
  p_total        text   DEFAULT 'exact'
) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER -- EXPLAIN is not allowed in a stable function
SET search_path = public, pg_temp
AS $$
DECLARE
  filter constant text := lead_filter(p_workspace_id, p_term, p_status, p_source, p_tags);
  plan   json;
  total  bigint;
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  CASE p_total
    WHEN 'exact' THEN
      EXECUTE format('SELECT count(*) FROM leads WHERE %s', filter) INTO total;
    WHEN 'capped' THEN
      EXECUTE format('SELECT count(*) FROM (SELECT FROM leads WHERE %s LIMIT 10000) AS capped', filter) INTO total;
    WHEN 'estimated' THEN
      EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM leads WHERE %s', filter) INTO plan;
      total := plan -> 0 -> 'Plan' ->> 'Plan Rows';
    ELSE
      RAISE EXCEPTION 'p_total must be exact, capped or estimated' USING ERRCODE = '22023';
  END CASE;
  RETURN total;
END
$$;

COMMENT ON FUNCTION count_leads_optimized(uuid, text, text, text, text[], text) IS
  'How many leads match: exact, capped at 10,000, or the planner''s estimate.';
ALTER FUNCTION count_leads_optimized(uuid, text, text, text, text[], text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION count_leads_optimized(uuid, text, text, text, text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_leads_optimized(uuid, text, text, text, text[], text) TO mailgenius_app;
