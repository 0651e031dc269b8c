--! title: get_campaign_analytics
-- Contract: what happened to the workspace's sends, or to those of one campaign, in each day, week or month of a time
--   zone between two dates (both included; a week or month that begins before p_from counts whole); without dates,
--   the last 30 days there. A period without an event has zeros. Each send counts once per kind of event, when it
--   happened first.
-- Errors: 42501 no access to the workspace; P0002 the campaign is not in it; 22023 see analytics_periods.
-- Cost: reads the sends of the campaign, or all of the workspace, by an index of each partition.
CREATE OR REPLACE FUNCTION get_campaign_analytics(
  p_workspace_id uuid,
  p_campaign_id  uuid DEFAULT NULL,
  p_from         date DEFAULT NULL,
  p_to           date DEFAULT NULL,
  p_period       text DEFAULT 'day',
  p_time_zone    text DEFAULT 'UTC'
) RETURNS TABLE (
  period_start date, sent bigint, delivered bigint, opened bigint, clicked bigint, bounced bigint,
  unsubscribed bigint, complained bigint
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_campaign_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM campaigns WHERE id = p_campaign_id AND workspace_id = p_workspace_id) THEN
    RAISE EXCEPTION 'campaign % is not in this workspace', p_campaign_id USING ERRCODE = 'P0002';
  END IF;

  -- EXECUTE plans with these values: whether there is a campaign decides between an index and a scan.
  RETURN QUERY EXECUTE $query$
    WITH period AS MATERIALIZED (
      SELECT row_number() OVER (ORDER BY period_start)::integer AS place, *
      FROM analytics_periods($3, $4, $5, $6)
    ), span AS (
      SELECT min(begins_at) AS begins_at, max(ends_at) AS ends_at,
             array_agg(begins_at ORDER BY place) AS beginnings
      FROM period
    ), event AS (
      -- By moments, not by the local date: where clocks go back over midnight, that names two days by turns.
      SELECT width_bucket(happened.at, (SELECT beginnings FROM span)) AS place, happened.kind, count(*) AS events
      FROM email_sends_partitioned AS send
      CROSS JOIN LATERAL (VALUES ('sent', send.sent_at), ('delivered', send.delivered_at), ('opened', send.opened_at),
                                 ('clicked', send.clicked_at), ('bounced', send.bounced_at),
                                 ('unsubscribed', send.unsubscribed_at), ('complained', send.complained_at))
        AS happened (kind, at)
      WHERE send.workspace_id = $1 AND ($2 IS NULL OR send.campaign_id = $2)
        AND happened.at >= (SELECT begins_at FROM span) AND happened.at < (SELECT ends_at FROM span)
      GROUP BY 1, 2
    )
    SELECT period.period_start,
           coalesce(sum(events) FILTER (WHERE kind = 'sent'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'delivered'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'opened'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'clicked'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'bounced'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'unsubscribed'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'complained'), 0)::bigint
    FROM period
    LEFT JOIN event USING (place)
    GROUP BY period.period_start
    ORDER BY period.period_start
  $query$ USING p_workspace_id, p_campaign_id, p_from, p_to, p_period, p_time_zone;
END
$$;

COMMENT ON FUNCTION get_campaign_analytics(uuid, uuid, date, date, text, text) IS
  'Events of sends by day, week or month, without a gap.';
ALTER FUNCTION get_campaign_analytics(uuid, uuid, date, date, text, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION get_campaign_analytics(uuid, uuid, date, date, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION get_campaign_analytics(uuid, uuid, date, date, text, text) TO mailgenius_app;
