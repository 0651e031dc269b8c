--! title: Sizes of tables over time
-- Growth is a difference: perform_maintenance_tasks() notes every table's size, check_alerts() compares.
CREATE TABLE IF NOT EXISTS table_sizes (
  table_name text           NOT NULL,
  sampled_at timestamptz(3) NOT NULL DEFAULT now(),
  bytes      bigint         NOT NULL,
  PRIMARY KEY (table_name, sampled_at)
);
ALTER TABLE table_sizes OWNER TO mailgenius_owner;
REVOKE ALL ON table_sizes FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON table_sizes TO mailgenius_readonly;

-- Tables of the application with indexes and TOAST; a partitioned one is the sum of its partitions.
CREATE OR REPLACE VIEW current_table_sizes AS
SELECT relname::text AS table_name,
       CASE relkind WHEN 'p' THEN (SELECT coalesce(sum(pg_total_relation_size(relid)), 0) FROM pg_partition_tree(oid))
                    ELSE pg_total_relation_size(oid) END::bigint AS bytes
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm') AND NOT relispartition;

COMMENT ON VIEW current_table_sizes IS 'Bytes of each table and materialized view now, with indexes.';
ALTER VIEW current_table_sizes OWNER TO mailgenius_owner;
REVOKE ALL ON current_table_sizes FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON current_table_sizes TO mailgenius_readonly;
