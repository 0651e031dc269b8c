--! title: get_database_performance_metrics
-- Contract: figures of this database at this moment, one a line. Growth is NULL until the sizes of two days are known.
-- Errors: none of its own.
-- Cost: reads statistics views and the size of every file; the default partitions are counted.
CREATE OR REPLACE FUNCTION get_database_performance_metrics()
RETURNS TABLE (metric_name text, metric_value numeric, metric_unit text, measured_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  WITH database AS (
    SELECT * FROM pg_stat_database WHERE datname = current_database()
  ), size AS (
    SELECT sum(bytes) AS bytes FROM current_table_sizes
  ), earlier AS (
    -- The newest sample that is at least a day old.
    SELECT sum(bytes) AS bytes, sampled_at
    FROM table_sizes
    WHERE sampled_at = (SELECT max(sampled_at) FROM table_sizes WHERE sampled_at <= now() - interval '1 day')
    GROUP BY sampled_at
  ), usage AS (
    SELECT sum(idx_scan) AS index_scans, sum(seq_scan) AS sequential_scans,
           sum(n_live_tup) AS live_rows, sum(n_dead_tup) AS dead_rows,
           sum(n_tup_upd) AS updates, sum(n_tup_hot_upd) AS hot_updates
    FROM pg_stat_user_tables
  ), unused AS (
    SELECT count(*) AS indexes, coalesce(sum(bytes), 0) AS bytes FROM index_usage WHERE is_unused
  ), partitions AS (
    SELECT sum(default_rows) AS default_rows, min(months_ahead) AS months_ahead,
           coalesce(sum(cardinality(missing_months)), 0) AS missing
    FROM partition_health
  )
  SELECT metric.name, round(metric.value, 3), metric.unit, now()
  FROM database, size, usage, unused, partitions,
  LATERAL (VALUES
    ('connection_usage', (SELECT connection_usage_percent FROM get_connection_pool_status()), 'percent'),
    ('cache_hit_ratio', 100.0 * blks_hit / nullif(blks_hit + blks_read, 0), 'percent'),
    ('database_size', pg_database_size(current_database()), 'bytes'),
    ('tables_size', size.bytes, 'bytes'),
    ('tables_growth', (SELECT (size.bytes - earlier.bytes) * 86400
                              / nullif(extract(epoch FROM now() - earlier.sampled_at), 0) FROM earlier), 'bytes per day'),
    ('index_scan_share', 100.0 * index_scans / nullif(index_scans + sequential_scans, 0), 'percent'),
    ('unused_indexes', unused.indexes, 'indexes'),
    ('unused_indexes_size', unused.bytes, 'bytes'),
    ('live_rows', live_rows, 'rows'),
    ('dead_rows', dead_rows, 'rows'),
    ('dead_row_share', 100.0 * dead_rows / nullif(live_rows + dead_rows, 0), 'percent'),
    ('hot_update_share', 100.0 * hot_updates / nullif(updates, 0), 'percent'),
    ('wal_written', (SELECT wal_bytes FROM pg_stat_wal), 'bytes'),
    ('temporary_files', temp_bytes, 'bytes'),
    ('deadlocks', deadlocks, 'deadlocks'),
    ('rolled_back_share', 100.0 * xact_rollback / nullif(xact_commit + xact_rollback, 0), 'percent'),
    ('default_partition_rows', partitions.default_rows, 'rows'),
    ('months_ahead', partitions.months_ahead, 'months'),
    ('missing_months', partitions.missing, 'months')
  ) AS metric (name, value, unit)
$$;

COMMENT ON FUNCTION get_database_performance_metrics() IS
  'Connections, cache, sizes, growth, index use, dead rows, WAL and partitions of this database.';
ALTER FUNCTION get_database_performance_metrics() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION get_database_performance_metrics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION get_database_performance_metrics() TO mailgenius_readonly;
