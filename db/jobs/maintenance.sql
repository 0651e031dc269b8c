--! title: What is done regularly, and what became of it
CREATE TABLE IF NOT EXISTS maintenance_runs (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task       text        NOT NULL,
  started_at timestamptz NOT NULL,
  took       interval    NOT NULL,
  failed     boolean     NOT NULL,
  result     text
);
CREATE INDEX IF NOT EXISTS maintenance_runs_failed_idx ON maintenance_runs (started_at) WHERE failed;

-- When to run what. pg_cron takes it from here (schedule_jobs), or any other scheduler. VACUUM and REINDEX CONCURRENTLY
-- are jobs of their own: they cannot run inside a function.
CREATE TABLE IF NOT EXISTS maintenance_jobs (
  job_name text PRIMARY KEY,
  schedule text NOT NULL,
  command  text NOT NULL
);
INSERT INTO maintenance_jobs (job_name, schedule, command) VALUES
  ('daily-maintenance',     '0 2 * * *',    'SELECT perform_maintenance_tasks()'),
  ('create-partitions',     '0 1 1 * *',    'SELECT create_monthly_partitions()'),
  ('fold-campaign-metrics', '* * * * *',    'SELECT fold_campaign_metrics()'),
  ('vacuum-leads',          '30 2 * * *',   'VACUUM (ANALYZE) leads'),
  ('vacuum-sends',          '45 2 * * *',   'VACUUM email_sends_partitioned'),
  ('reindex-search',        '0 3 * * 0',    'REINDEX INDEX CONCURRENTLY idx_leads_search')
ON CONFLICT DO NOTHING;

ALTER TABLE maintenance_runs OWNER TO mailgenius_owner;
ALTER TABLE maintenance_jobs OWNER TO mailgenius_owner;
REVOKE ALL ON maintenance_runs, maintenance_jobs FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON maintenance_runs, maintenance_jobs TO mailgenius_readonly;
