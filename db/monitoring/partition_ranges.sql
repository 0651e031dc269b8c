--! title: partition_ranges
-- How far back each partitioned table is meant to reach: what retention has removed is not missing.
CREATE TABLE IF NOT EXISTS partition_ranges (
  table_name     text PRIMARY KEY,
  -- From this month on, a month without a partition is a gap.
  first_month    date NOT NULL CHECK (isfinite(first_month) AND first_month = date_trunc('month', first_month::timestamp)::date),
  -- Retention has removed rows older than this; NULL while it has not run.
  removed_before timestamptz
);

-- A database that is older than this table starts with the months it has.
INSERT INTO partition_ranges (table_name, first_month)
SELECT known.table_name, coalesce(min(part.month), '2024-01-01')
FROM (VALUES ('email_sends_partitioned'), ('lead_activities_partitioned')) AS known (table_name)
LEFT JOIN monthly_partitions AS part USING (table_name)
GROUP BY known.table_name
ON CONFLICT DO NOTHING;

COMMENT ON TABLE partition_ranges IS 'How far back each partitioned table is meant to reach.';
ALTER TABLE partition_ranges OWNER TO mailgenius_owner;
-- The application, for its policy of new sends. In one go: it sends while the file runs again.
DO $$
BEGIN
  REVOKE ALL ON partition_ranges FROM PUBLIC, mailgenius_app, mailgenius_readonly;
  GRANT SELECT ON partition_ranges TO mailgenius_app, mailgenius_readonly;
END
$$;
