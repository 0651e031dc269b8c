--! title: table_growth
-- Percent a day since the newest sample that is at least a day old, of tables that are worth watching. Not of a shorter
-- time: what one import adds in an hour is no daily growth.
CREATE OR REPLACE VIEW table_growth AS
SELECT now_size.table_name,
       round(100 * (now_size.bytes - earlier.bytes)::numeric / greatest(earlier.bytes, 1)
             * 86400 / extract(epoch FROM now() - earlier.sampled_at), 1) AS percent_a_day
FROM current_table_sizes AS now_size
CROSS JOIN LATERAL (
  SELECT bytes, sampled_at FROM table_sizes
  WHERE table_name = now_size.table_name AND sampled_at <= now() - interval '1 day'
  ORDER BY sampled_at DESC
  LIMIT 1
) AS earlier
WHERE now_size.bytes >= 8388608;

COMMENT ON VIEW table_growth IS 'How much each larger table has grown, in percent a day.';
ALTER VIEW table_growth OWNER TO mailgenius_owner;
REVOKE ALL ON table_growth FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON table_growth TO mailgenius_readonly;
