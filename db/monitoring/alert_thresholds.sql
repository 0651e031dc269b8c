--! title: When an alert fires
-- A value at or above a threshold raises the alert; NULL never does. Change the figures to suit; check_alerts() says
-- what each is measured in.
CREATE TABLE IF NOT EXISTS alert_thresholds (
  alert    text    PRIMARY KEY,
  unit     text    NOT NULL,
  warning  numeric,
  critical numeric,
  CHECK (warning IS NULL OR critical IS NULL OR warning <= critical)
);

INSERT INTO alert_thresholds (alert, unit, warning, critical) VALUES
  ('slow_query',             'ms, mean of at least 5 calls',                 1000,     10000),
  ('connection_usage',       'percent of max_connections',                     80,        95),
  ('table_growth',           'percent a day, of tables of 8 MB and more',      10,        50),
  ('index_invalid',          'indexes',                                         1,      NULL),
  ('index_duplicate',        'bytes of the one that is not needed',             0, 1073741824),
  ('index_unused',           'bytes of an index not read for a month',    8388608, 1073741824),
  ('index_bloated',          'percent of the index that is empty',             50,        80),
  ('partition_missing',      'months without a partition, up to next month',    1,         2),
  ('default_partition_rows', 'rows',                                            1,      1000),
  ('partition_open',         'partitions that show or lose rows by themselves', 1,      NULL),
  ('view_stale',             'minutes since what it shows',                    90,      1440),
  ('job_failed',             'failures in the last day',                        1,         5)
ON CONFLICT (alert) DO UPDATE SET unit = excluded.unit WHERE alert_thresholds.unit <> excluded.unit;

ALTER TABLE alert_thresholds OWNER TO mailgenius_owner;
REVOKE ALL ON alert_thresholds FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON alert_thresholds TO mailgenius_readonly;
