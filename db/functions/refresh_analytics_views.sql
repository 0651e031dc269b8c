--! title: refresh_analytics_views
-- Contract: brings lead_analytics and campaign_performance up to date while they are read and while what they show is
--   written; returns how many were refreshed. Notes in analytics_refreshes as of when, and how long it took: what
--   was committed by refreshed_at is in the view. Callable at any time: a second call waits for the first.
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
  -- A transaction that reads as of its beginning does so here too.
  reads_as_of_begin constant boolean := current_setting('transaction_isolation') IN ('repeatable read', 'serializable');
  started    timestamptz;
BEGIN
  FOREACH view_name IN ARRAY view_names LOOP
    started := clock_timestamp();
    -- A view that was never filled cannot be refreshed concurrently; nobody can be reading it either.
    EXECUTE format('REFRESH MATERIALIZED VIEW %s %I',
                   CASE WHEN (SELECT relispopulated FROM pg_class WHERE oid = view_name::regclass)
                     THEN 'CONCURRENTLY' ELSE '' END, view_name);
    INSERT INTO analytics_refreshes AS last
    VALUES (view_name, CASE WHEN reads_as_of_begin THEN now() ELSE started END, clock_timestamp() - started)
    ON CONFLICT ON CONSTRAINT analytics_refreshes_pkey
    DO UPDATE SET refreshed_at = excluded.refreshed_at, took = excluded.took;
  END LOOP;
  RETURN cardinality(view_names);
END
$$;

COMMENT ON FUNCTION refresh_analytics_views() IS 'Refreshes the materialized views while they are read.';
ALTER FUNCTION refresh_analytics_views() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION refresh_analytics_views() FROM PUBLIC;
