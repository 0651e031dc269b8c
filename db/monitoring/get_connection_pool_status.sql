--! title: get_connection_pool_status
-- Contract: connections of clients to the whole server, and how much of max_connections they are.
-- Errors: none of its own.
-- Cost: reads pg_stat_activity.
CREATE OR REPLACE FUNCTION get_connection_pool_status()
RETURNS TABLE (
  total_connections integer, active_connections integer, idle_connections integer, max_connections integer,
  connection_usage_percent numeric
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT count(*)::integer,
         (count(*) FILTER (WHERE state = 'active'))::integer,
         (count(*) FILTER (WHERE state LIKE 'idle%'))::integer,
         current_setting('max_connections')::integer,
         round(100.0 * count(*) / current_setting('max_connections')::integer, 1)
  FROM pg_stat_activity
  WHERE backend_type = 'client backend'
$$;

COMMENT ON FUNCTION get_connection_pool_status() IS 'Connections of clients: all, active, idle, and the share of the most allowed.';
ALTER FUNCTION get_connection_pool_status() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION get_connection_pool_status() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION get_connection_pool_status() TO mailgenius_readonly;
