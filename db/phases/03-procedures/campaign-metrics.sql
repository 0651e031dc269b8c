--! title: Counters of a campaign that a burst does not queue for
-- Every open of a campaign adds one to the same row of campaigns: as updates they would wait for each other.
-- Instead they are inserted here, which waits for nobody, and folded into campaigns now and then.
CREATE TABLE campaign_metric_changes (
  id           bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id uuid           NOT NULL,
  campaign_id  uuid           NOT NULL REFERENCES campaigns ON DELETE CASCADE,
  delivered    integer        NOT NULL DEFAULT 0,
  opened       integer        NOT NULL DEFAULT 0,
  clicked      integer        NOT NULL DEFAULT 0,
  bounced      integer        NOT NULL DEFAULT 0,
  unsubscribed integer        NOT NULL DEFAULT 0,
  complained   integer        NOT NULL DEFAULT 0,
  created_at   timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX campaign_metric_changes_campaign_idx ON campaign_metric_changes (campaign_id);

ALTER TABLE campaign_metric_changes OWNER TO mailgenius_owner;
REVOKE ALL ON campaign_metric_changes FROM PUBLIC, mailgenius_app, mailgenius_readonly;
ALTER TABLE campaign_metric_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY workspace ON campaign_metric_changes USING (workspace_id = (SELECT current_workspace_id()));
GRANT SELECT ON campaign_metric_changes TO mailgenius_app, mailgenius_readonly;

-- What a campaign's counters are this moment: folded or not.
CREATE VIEW campaign_metrics WITH (security_invoker = true) AS
SELECT campaign.workspace_id,
       campaign.id AS campaign_id,
       campaign.total_recipients,
       campaign.delivered + change.delivered AS delivered,
       campaign.opened + change.opened AS opened,
       campaign.clicked + change.clicked AS clicked,
       campaign.bounced + change.bounced AS bounced,
       campaign.unsubscribed + change.unsubscribed AS unsubscribed,
       campaign.complained + change.complained AS complained
FROM campaigns AS campaign
CROSS JOIN LATERAL (
  SELECT coalesce(sum(delivered), 0) AS delivered,
         coalesce(sum(opened), 0) AS opened,
         coalesce(sum(clicked), 0) AS clicked,
         coalesce(sum(bounced), 0) AS bounced,
         coalesce(sum(unsubscribed), 0) AS unsubscribed,
         coalesce(sum(complained), 0) AS complained
  FROM campaign_metric_changes
  WHERE campaign_id = campaign.id AND workspace_id = campaign.workspace_id
) AS change;

COMMENT ON VIEW campaign_metrics IS 'Counters of each campaign, with the changes that are not folded in yet.';
ALTER VIEW campaign_metrics OWNER TO mailgenius_owner;
REVOKE ALL ON campaign_metrics FROM PUBLIC, mailgenius_app, mailgenius_readonly;
GRANT SELECT ON campaign_metrics TO mailgenius_app, mailgenius_readonly;
