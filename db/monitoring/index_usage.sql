--! title: index_usage
-- One line per index: what it weighs and whether anybody uses it.
CREATE OR REPLACE VIEW index_usage AS
SELECT usage.schemaname AS schema_name,
       usage.relname AS table_name,
       usage.indexrelname AS index_name,
       pg_relation_size(usage.indexrelid) AS bytes,
       usage.idx_scan AS scans,
       usage.idx_tup_read AS entries_read,
       usage.idx_tup_fetch AS rows_fetched,
       definition.indisunique AS is_unique,
       definition.indisvalid AS is_valid,
       -- A key is needed whether or not it is read.
       usage.idx_scan = 0 AND NOT definition.indisunique AS is_unused
FROM pg_stat_user_indexes AS usage
JOIN pg_index AS definition USING (indexrelid);

COMMENT ON VIEW index_usage IS 'Size and use of each index since the statistics were last reset.';

ALTER VIEW index_usage OWNER TO mailgenius_owner;
REVOKE ALL ON index_usage FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON index_usage TO mailgenius_readonly;
