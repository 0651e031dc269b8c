--! title: alert_stale_views
-- Contract: the views that refresh_analytics_views() keeps, once phase 4 has made them, and the minutes since
--   what they show; one that it never refreshed counts as stale since 2000. Views of others are not its business.
-- Errors: none.
-- Cost: a look-up for each view.
CREATE OR REPLACE FUNCTION alert_stale_views()
RETURNS TABLE (view_name text, minutes numeric)
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
BEGIN
  IF to_regclass('analytics_refreshes') IS NOT NULL THEN
    RETURN QUERY EXECUTE $query$
      SELECT ours.name, round(extract(epoch FROM now() - coalesce(refreshed_at, '2000-01-01Z')) / 60, 1)
      FROM (VALUES ('lead_analytics'), ('campaign_performance')) AS ours (name)
      LEFT JOIN analytics_refreshes AS last ON last.view_name = ours.name
      WHERE to_regclass(ours.name) IS NOT NULL
    $query$;
  END IF;
END
$$;

COMMENT ON FUNCTION alert_stale_views() IS 'Our materialized views and the minutes since their last refresh.';
ALTER FUNCTION alert_stale_views() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION alert_stale_views() FROM PUBLIC;
