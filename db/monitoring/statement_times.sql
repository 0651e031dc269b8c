--! title: statement_times
-- Contract: every statement of this database since the statistics were last reset, one line each, whoever ran it and from
--   wherever. hit_percent: share of its blocks that were in PostgreSQL's own cache; NULL for one that read none. What
--   names a password is not shown: of commands such as ALTER ROLE the server keeps every word.
-- Errors: 55000 when the server was started without pg_stat_statements in shared_preload_libraries.
-- Cost: reads pg_stat_statements.
CREATE OR REPLACE FUNCTION statement_times()
RETURNS TABLE (query_text text, calls bigint, total_time_ms numeric, mean_time_ms numeric, hit_percent numeric)
LANGUAGE sql STABLE
SET search_path = public, pg_temp
AS $$
  SELECT CASE WHEN query ~* 'password' THEN '(a statement that names a password)' ELSE query END,
         sum(calls)::bigint,
         round(sum(total_exec_time)::numeric, 3),
         round((sum(total_exec_time) / sum(calls))::numeric, 3),
         round(100.0 * sum(shared_blks_hit) / nullif(sum(shared_blks_hit + shared_blks_read), 0), 1)
  FROM pg_stat_statements
  -- With track_planning, one that was planned and never ended has no calls.
  WHERE calls > 0 AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  GROUP BY queryid, query
$$;

COMMENT ON FUNCTION statement_times() IS 'Statements of this database and their times; passwords left out.';
ALTER FUNCTION statement_times() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION statement_times() FROM PUBLIC;
