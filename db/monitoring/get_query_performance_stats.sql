--! title: get_query_performance_stats
-- Contract: the statements of this database that took most time since the statistics were last reset, at most 100.
--   hit_percent: share of their blocks that were in PostgreSQL's own cache; NULL for one that read none.
-- Errors: 55000 when the server was started without pg_stat_statements in shared_preload_libraries.
-- Cost: reads pg_stat_statements.
CREATE OR REPLACE FUNCTION get_query_performance_stats()
RETURNS TABLE (query_text text, calls bigint, total_time_ms numeric, mean_time_ms numeric, hit_percent numeric)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT query,
         sum(calls)::bigint,
         round(sum(total_exec_time)::numeric, 3),
         round((sum(total_exec_time) / sum(calls))::numeric, 3),
         round(100.0 * sum(shared_blks_hit) / nullif(sum(shared_blks_hit + shared_blks_read), 0), 1)
  FROM pg_stat_statements
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  -- One line per statement, whoever ran it and from wherever.
  GROUP BY queryid, query
  ORDER BY sum(total_exec_time) DESC
  LIMIT 100
$$;

COMMENT ON FUNCTION get_query_performance_stats() IS 'Statements of this database that took most time.';
ALTER FUNCTION get_query_performance_stats() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION get_query_performance_stats() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION get_query_performance_stats() TO mailgenius_readonly;
