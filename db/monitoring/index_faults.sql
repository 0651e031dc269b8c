--! title: index_faults
-- Indexes that need somebody, one line each and kind: invalid, duplicate, unused, bloated. value is in the unit of
-- the alert "index_<kind>". The index of a partition is not dropped alone: where dropping is the remedy, the line is the
-- partitioned table's, with the bytes and reads of all its partitions. For its owner only, as
-- check_alerts() reads it: pg_stats hides from others the widths of tables that row level security closes to them.
CREATE OR REPLACE VIEW index_faults AS
WITH reads AS (
  -- As often read now as a month ago or more, so that a monthly job has had its turn.
  SELECT index_name, scans,
         EXISTS (SELECT FROM index_reads AS noted
                 WHERE (noted.index_name, noted.definition, noted.statistics, noted.scans)
                       = (now_read.index_name, now_read.definition, now_read.statistics, now_read.scans)
                   AND noted.since <= now() - interval '31 days') AS is_unread
  FROM current_index_reads AS now_read
), index AS (
  SELECT definition.*, relation.relname::text AS name, indexed.relname::text AS table_name,
         method.amname, relation.reltuples, relation.relpages, pg_relation_size(relation.oid) AS bytes,
         reads.scans, reads.is_unread,
         definition.indisunique OR definition.indisexclusion AS is_needed,
         -- How hard it is to do without: what a constraint rests on is not dropped before the constraint.
         CASE WHEN EXISTS (SELECT FROM pg_constraint WHERE conindid = definition.indexrelid)
                OR definition.indisreplident OR definition.indisexclusion THEN 2
              WHEN definition.indisunique THEN 1
              ELSE 0 END AS rank,
         relation.relkind = 'i' AS has_bytes,
         coalesce(pg_partition_root(relation.oid), relation.oid) AS root,
         substring(pg_get_indexdef(definition.indexrelid) FROM ' USING .*') AS body
  FROM pg_index AS definition
  JOIN pg_class AS relation ON relation.oid = definition.indexrelid
  JOIN pg_class AS indexed ON indexed.oid = definition.indrelid
  JOIN pg_am AS method ON method.oid = relation.relam
  LEFT JOIN reads ON reads.index_name = relation.relname
  WHERE relation.relnamespace = 'public'::regnamespace AND relation.relkind IN ('i', 'I')
), whole AS (
  -- A month that is new has not been read for long; one that retention takes takes its reads along.
  SELECT root, sum(bytes) AS bytes, bool_or(is_unread) AND bool_and(is_unread OR scans = 0) AS is_unread
  FROM index
  GROUP BY root
)
SELECT 'invalid' AS kind, name AS index_name, table_name, 1::numeric AS value
FROM index
WHERE NOT indisvalid
UNION ALL
-- Same table, method, columns, order and condition; the one that enforces more is kept, of equals the older. One that
-- lets a key in twice until the end of the transaction does not stand in for one that never does.
SELECT 'duplicate', twin.name, twin.table_name, whole.bytes
FROM index AS twin
JOIN whole ON whole.root = twin.indexrelid
WHERE twin.rank < 2
  AND EXISTS (SELECT FROM index AS other
              WHERE other.indrelid = twin.indrelid AND other.body = twin.body AND other.indexrelid <> twin.indexrelid
                AND other.indisvalid AND (twin.rank = 0 OR other.indimmediate)
                AND (other.rank, -other.indexrelid::bigint) > (twin.rank, -twin.indexrelid::bigint))
UNION ALL
SELECT 'unused', name, table_name, whole.bytes
FROM index
JOIN whole ON whole.root = index.indexrelid
WHERE whole.is_unread AND NOT is_needed
UNION ALL
-- Bytes against what as many entries of their mean width would take in pages that are 90 % full. Where a B-tree keeps
-- equal keys once, it takes less, and bloat shows later. A text whose width is not known, as of a table that is not the
-- owner's or was never analyzed, says nothing. Small indexes are left alone. Pages and entries are of one moment, the
-- last VACUUM or ANALYZE: an index built on an empty table has none of either, whatever came since.
SELECT 'bloated', name, table_name, round((100 * (1 - expected / counted_bytes))::numeric, 1)
FROM index
CROSS JOIN LATERAL (SELECT relpages * current_setting('block_size')::numeric AS counted_bytes) AS size
CROSS JOIN LATERAL (
  -- Of an expression the statistics are kept under the index, of a column under the table.
  SELECT CASE WHEN reltuples = 0 THEN 0
              WHEN count(*) = count(width.bytes) THEN reltuples * (16 + sum(width.bytes)) / 0.9 END AS expected
  FROM pg_attribute AS key
  CROSS JOIN LATERAL (
    SELECT coalesce(CASE WHEN key.attlen > 0 THEN key.attlen END, (
      SELECT avg_width FROM pg_stats
      WHERE schemaname = 'public' AND attname = key.attname AND tablename IN (name, table_name)
      ORDER BY tablename = name DESC
      LIMIT 1)) AS bytes
  ) AS width
  WHERE key.attrelid = indexrelid
) AS estimate
WHERE has_bytes AND amname = 'btree' AND counted_bytes >= 1048576 AND expected < counted_bytes;

COMMENT ON VIEW index_faults IS 'Indexes that are invalid, duplicate, unused or bloated.';
ALTER VIEW index_faults OWNER TO mailgenius_owner;
REVOKE ALL ON index_faults FROM PUBLIC, mailgenius_app, mailgenius_readonly;
REVOKE SELECT ON index_faults FROM mailgenius_readonly;
