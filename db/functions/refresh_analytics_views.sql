--! title: refresh_analytics_views
-- Contract: brings lead_analytics and campaign_performance up to date while they are read and while what they show is
--   written; returns how many were refreshed. Notes when, and how long it took, in analytics_refreshes. Callable at
--   any time: a second call waits for the first.
-- Errors: none of its own.
-- Cost: reads every lead and campaign, writes the lines that changed.
CREATE OR REPLACE FUNCTION refresh_analytics_views()
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  view_names constant text[] := ARRAY['lead_analytics', 'campaign_performance'];
  view_name  text;
  started    timestamptz;
BEGIN
  FOREACH view_name IN ARRAY view_names LOOP
    started := clock_timestamp();
    -- A view that was never filled cannot be refreshed concurrently; nobody can be reading it either.
    EXECUTE format('REFRESH MATERIALIZED VIEW %s %I',
                   CASE WHEN (SELECT relispopulated FROM pg_class WHERE oid = view_name::regclass)
                     THEN 'CONCURRENTLY' ELSE '' END, view_name);
    INSERT INTO analytics_refreshes AS last VALUES (view_name, clock_timestamp(), clock_timestamp() - started)
    ON CONFLICT ON CONSTRAINT analytics_refreshes_pkey
    DO UPDATE SET refreshed_at = excluded.refreshed_at, took = excluded.took;
  END LOOP;
  RETURN cardinality(view_names);
END
$$;

COMMENT ON FUNCTION refresh_analytics_views() IS 'Refreshes the materialized views while they are read.';
ALTER FUNCTION refresh_analytics_views() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION refresh_analytics_views() FROM PUBLIC;
