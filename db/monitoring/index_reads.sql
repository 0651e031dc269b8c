--! title: Reads of indexes over time
-- Statistics begin anew after a reset, a crash or a restore, so that nobody has read an index says little by itself.
-- perform_maintenance_tasks() notes how often each was read and since when that is so, check_alerts() compares. Another
-- definition under the same name is another index; one that was rebuilt (REINDEX) is the same.
CREATE TABLE IF NOT EXISTS index_reads (
  index_name text        PRIMARY KEY,
  definition text        NOT NULL,
  statistics text        NOT NULL,
  scans      bigint      NOT NULL,
  since      timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE index_reads OWNER TO mailgenius_owner;
REVOKE ALL ON index_reads FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON index_reads TO mailgenius_readonly;

-- Indexes of the application, those of partitions one by one. statistics: of which database and since when they are; a
-- crash shows only in those of the whole server.
CREATE OR REPLACE VIEW current_index_reads AS
SELECT usage.indexrelname::text AS index_name,
       pg_get_indexdef(usage.indexrelid) AS definition,
       concat_ws(' ', database.datid, greatest(database.stats_reset, server.stats_reset) AT TIME ZONE 'UTC') AS statistics,
       usage.idx_scan AS scans
FROM pg_stat_user_indexes AS usage
CROSS JOIN pg_stat_bgwriter AS server
JOIN pg_stat_database AS database ON database.datname = current_database()
WHERE usage.schemaname = 'public';

COMMENT ON VIEW current_index_reads IS 'How often each index was read since statistics began.';
ALTER VIEW current_index_reads OWNER TO mailgenius_owner;
REVOKE ALL ON current_index_reads FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON current_index_reads TO mailgenius_readonly;
