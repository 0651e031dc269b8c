--! title: Reads of indexes over time
-- Statistics begin anew after a reset, a crash or a restore, so that nobody has read an index says little by itself.
-- perform_maintenance_tasks() notes how often each was read and since when that is so, check_alerts() compares.
CREATE TABLE IF NOT EXISTS index_reads (
  index_name text        PRIMARY KEY,
  scans      bigint      NOT NULL,
  since      timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE index_reads OWNER TO mailgenius_owner;
REVOKE ALL ON index_reads FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON index_reads TO mailgenius_readonly;

-- Indexes of the application; a partitioned one is the sum of its partitions.
CREATE OR REPLACE VIEW current_index_reads AS
SELECT whole.relname::text AS index_name, sum(usage.idx_scan)::bigint AS scans
FROM pg_stat_user_indexes AS usage
JOIN pg_class AS whole ON whole.oid = coalesce(pg_partition_root(usage.indexrelid), usage.indexrelid)
WHERE usage.schemaname = 'public'
GROUP BY whole.oid, whole.relname;

COMMENT ON VIEW current_index_reads IS 'How often each index was read since statistics began.';
ALTER VIEW current_index_reads OWNER TO mailgenius_owner;
REVOKE ALL ON current_index_reads FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON current_index_reads TO mailgenius_readonly;
