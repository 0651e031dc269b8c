--! title: fold_campaign_metrics
-- Contract: adds what waits in campaign_metric_changes to the counters of campaigns; returns how many campaigns
--   changed. campaign_metrics shows the same before and after. Callable at any time and waits for nobody: the changes
--   of a campaign that somebody is changing stay for the next call, and while another call is at it, this one leaves it
--   all to that one and returns 0. A change that names a campaign of another workspace counts for nobody.
-- Errors: none of its own.
-- Cost: one update per campaign with changes; writers of further changes wait for nothing.
CREATE OR REPLACE FUNCTION fold_campaign_metrics()
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  most   constant bigint := 2147483647; -- a counter stops there rather than stop the folding of all others
  folded integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('fold_campaign_metrics')) THEN
    RETURN 0;
  END IF;
  WITH free AS MATERIALIZED (
    SELECT id FROM campaigns
    WHERE id IN (SELECT campaign_id FROM campaign_metric_changes)
    FOR NO KEY UPDATE SKIP LOCKED
  ), taken AS (
    DELETE FROM campaign_metric_changes WHERE campaign_id IN (SELECT id FROM free) RETURNING *
  ), change AS (
    SELECT workspace_id, campaign_id, sum(delivered) AS delivered, sum(opened) AS opened, sum(clicked) AS clicked,
           sum(bounced) AS bounced, sum(unsubscribed) AS unsubscribed, sum(complained) AS complained
    FROM taken
    GROUP BY workspace_id, campaign_id
  )
  UPDATE campaigns AS campaign
  SET delivered = least(campaign.delivered + change.delivered, most),
      opened = least(campaign.opened + change.opened, most),
      clicked = least(campaign.clicked + change.clicked, most),
      bounced = least(campaign.bounced + change.bounced, most),
      unsubscribed = least(campaign.unsubscribed + change.unsubscribed, most),
      complained = least(campaign.complained + change.complained, most)
  FROM change
  WHERE campaign.id = change.campaign_id AND campaign.workspace_id = change.workspace_id;
  GET DIAGNOSTICS folded = ROW_COUNT;
  RETURN folded;
END
$$;

COMMENT ON FUNCTION fold_campaign_metrics() IS 'Adds waiting changes to the counters of campaigns.';
ALTER FUNCTION fold_campaign_metrics() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION fold_campaign_metrics() FROM PUBLIC;
