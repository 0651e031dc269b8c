--! title: get_lead_growth_analytics
-- Contract: leads that came in each day, week or month of a time zone between two dates (both included; a week or
--   month that begins before p_from counts whole; without dates, the last 30 days there), how many of those are active today, and how many leads there
--   were at the end of it. A period without a new lead has zeros and the total of the one before.
-- Errors: 42501 no access to the workspace; 22023 see analytics_periods.
-- Cost: reads the workspace's created_at up to the last period, from an index.
CREATE OR REPLACE FUNCTION get_lead_growth_analytics(
  p_workspace_id uuid,
  p_from         date DEFAULT NULL,
  p_to           date DEFAULT NULL,
  p_period       text DEFAULT 'day',
  p_time_zone    text DEFAULT 'UTC'
) RETURNS TABLE (period_start date, new_leads bigint, active_leads bigint, total_leads bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  RETURN QUERY EXECUTE $query$
    WITH period AS MATERIALIZED (
      SELECT row_number() OVER (ORDER BY period_start)::integer AS place, *
      FROM analytics_periods($2, $3, $4, $5)
    ), span AS (
      SELECT min(begins_at) AS begins_at, max(ends_at) AS ends_at,
             array_agg(begins_at ORDER BY place) AS beginnings
      FROM period
    ), arrival AS (
      -- By moments, not by the local date: where clocks go back over midnight, that names two days by turns.
      SELECT width_bucket(created_at, (SELECT beginnings FROM span)) AS place,
             count(*) AS new_leads, count(*) FILTER (WHERE status = 'active') AS active_leads
      FROM leads
      WHERE workspace_id = $1
        AND created_at >= (SELECT begins_at FROM span) AND created_at < (SELECT ends_at FROM span)
      GROUP BY 1
    )
    SELECT period.period_start, coalesce(arrival.new_leads, 0), coalesce(arrival.active_leads, 0),
           (SELECT count(*) FROM leads WHERE workspace_id = $1 AND created_at < (SELECT begins_at FROM span))
             + sum(coalesce(arrival.new_leads, 0)) OVER (ORDER BY period.period_start)::bigint
    FROM period
    LEFT JOIN arrival USING (place)
    ORDER BY period.period_start
  $query$ USING p_workspace_id, p_from, p_to, p_period, p_time_zone;
END
$$;

COMMENT ON FUNCTION get_lead_growth_analytics(uuid, date, date, text, text) IS
  'New, active and total leads by day, week or month, without a gap.';
ALTER FUNCTION get_lead_growth_analytics(uuid, date, date, text, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION get_lead_growth_analytics(uuid, date, date, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION get_lead_growth_analytics(uuid, date, date, text, text) TO mailgenius_app;
