--! title: Materialized views
--! why: The dashboard aggregated every lead and every campaign at each view.
--! serves: lead-query
--! expects: Dashboards read hundreds of rows and show figures as old as the last refresh; a refresh reads
--! expects: every lead, and rewrites only the lines that changed.

-- Growth and composition of a workspace's leads. COALESCE keeps NULLs out of the unique key: a concurrent
-- refresh matches old and new lines by equality, and would delete and insert again each line with a NULL.
-- Distinct companies are counted over lines already grouped by company: several times faster than
-- COUNT(DISTINCT), which sorts every lead of a group. Moments before the first year count for it: the month of the first
-- moment there is begins before it, and one such lead would stop the refresh for everybody.
CREATE MATERIALIZED VIEW lead_analytics AS
SELECT workspace_id,
       coalesce(source, 'unknown') AS source,
       coalesce(status, 'unknown') AS status,
       month,
       sum(leads)::bigint AS lead_count,
       count(company) AS unique_companies,
       coalesce(sum(leads) FILTER (WHERE status = 'active'), 0)::bigint AS active_leads
FROM (
  SELECT workspace_id, source, status, company, date_trunc('month', greatest(created_at, '0001-01-01Z'), 'UTC') AS month,
         count(*) AS leads
  FROM leads
  GROUP BY workspace_id, source, status, company, month
) AS by_company
GROUP BY workspace_id, source, status, month
WITH NO DATA;

CREATE UNIQUE INDEX lead_analytics_key ON lead_analytics (workspace_id, source, status, month);

-- Counters with the changes that are not folded in yet: folding here would lock campaigns for the whole refresh.
CREATE MATERIALIZED VIEW campaign_performance AS
SELECT campaign.workspace_id,
       campaign_id,
       campaign.name AS campaign_name,
       campaign.status,
       campaign.sent_at,
       metrics.total_recipients, metrics.delivered, metrics.opened, metrics.clicked,
       metrics.bounced, metrics.unsubscribed, metrics.complained,
       coalesce(round(100.0 * metrics.delivered / nullif(metrics.total_recipients, 0), 2), 0) AS delivery_rate,
       coalesce(round(100.0 * metrics.opened / nullif(metrics.delivered, 0), 2), 0) AS open_rate,
       coalesce(round(100.0 * metrics.clicked / nullif(metrics.opened, 0), 2), 0) AS click_rate,
       coalesce(round(100.0 * metrics.bounced / nullif(metrics.total_recipients, 0), 2), 0) AS bounce_rate
FROM campaigns AS campaign
JOIN campaign_metrics AS metrics ON metrics.campaign_id = campaign.id
WHERE campaign.status IN ('sent', 'completed')
WITH NO DATA;

CREATE UNIQUE INDEX campaign_performance_key ON campaign_performance (campaign_id);
CREATE INDEX campaign_performance_workspace_idx ON campaign_performance (workspace_id, sent_at DESC);

-- As of when each view is, for "as of" beside the figures and for the alert about stale views.
CREATE TABLE analytics_refreshes (
  view_name    text PRIMARY KEY,
  refreshed_at timestamptz NOT NULL,
  took         interval NOT NULL
);

ALTER MATERIALIZED VIEW lead_analytics OWNER TO mailgenius_owner;
ALTER MATERIALIZED VIEW campaign_performance OWNER TO mailgenius_owner;
ALTER TABLE analytics_refreshes OWNER TO mailgenius_owner;
-- They have no policies: whoever may read them, reads every workspace.
REVOKE ALL ON lead_analytics, campaign_performance, analytics_refreshes
  FROM PUBLIC, mailgenius_app, mailgenius_readonly;

\ir ../../functions/refresh_analytics_views.sql
SELECT refresh_analytics_views();

-- A materialized view has no row level security: the application sees its workspace's lines through these.
-- They run as their owner, and a barrier keeps a caller's own conditions from seeing other lines first.
CREATE VIEW workspace_lead_analytics WITH (security_barrier = true) AS
SELECT * FROM lead_analytics WHERE workspace_id = (SELECT current_workspace_id());

CREATE VIEW workspace_campaign_performance WITH (security_barrier = true) AS
SELECT * FROM campaign_performance WHERE workspace_id = (SELECT current_workspace_id());

ALTER VIEW workspace_lead_analytics OWNER TO mailgenius_owner;
ALTER VIEW workspace_campaign_performance OWNER TO mailgenius_owner;
REVOKE ALL ON workspace_lead_analytics, workspace_campaign_performance
  FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON workspace_lead_analytics, workspace_campaign_performance, analytics_refreshes
  TO mailgenius_app, mailgenius_readonly;

-- Jobs. ------------------------------------------------------------------------------------------------

INSERT INTO maintenance_jobs (job_name, schedule, command) VALUES
  ('refresh-analytics', '*/30 * * * *', 'SELECT refresh_analytics_views()')
ON CONFLICT DO NOTHING;

\ir ../../jobs/schedule_jobs.sql
SELECT string_agg(job_name, ', ') AS jobs, problem FROM schedule_jobs() GROUP BY problem;
