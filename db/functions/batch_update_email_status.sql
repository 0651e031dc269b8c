--! title: batch_update_email_status
-- Contract: takes events of the mail provider into the workspace's sends. p_events is a JSON array of
--   {provider_message_id, event, at}: event is sent, delivered, opened, clicked, bounced, unsubscribed, complained
--   or failed; at is an ISO time, left out for now. Events may come late, twice and in any order: of one kind
--   the earliest time is kept, and a status only moves on (pending, sent, delivered, bounced, complained);
--   failed has no status, only its time. What a send sees for the first time is added to its campaign's counters
--   (campaign_metrics). A lead that bounced, unsubscribed or complained is active no longer. An element that is invalid
--   or names no send comes back in errors as {position, reason}, counted from 1, and the others go in; it has the first
--   100,000, error_count is of all. updated_count = sends that changed.
-- Errors: 42501 no access to the workspace; 22023 p_events is not an array.
-- Cost: a look-up in each partition's index per message, since a message's name does not tell its month; then one
--   more in its own, one look-up and one lock per lead, and one update per send that changes. Rows are locked in one
--   order, leads and campaigns before sends: two calls, or a call and the deletion of one lead or one campaign, each
--   in a transaction of its own, wait, and never for each other. Who deletes several in one transaction, in another
--   order than that of imports, may meet a call in a circle: PostgreSQL ends one of the two with 40P01, and its caller
--   does it again.
CREATE OR REPLACE FUNCTION batch_update_email_status(p_workspace_id uuid, p_events jsonb)
RETURNS TABLE (updated_count integer, error_count integer, errors jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  message_ids  text[];
  send_ids     uuid[];
  send_moments timestamptz[];
  campaign_ids uuid[];
  lead_ids     uuid[];
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_events IS NULL OR jsonb_typeof(p_events) <> 'array' THEN
    RAISE EXCEPTION 'p_events must be an array' USING ERRCODE = '22023';
  END IF;

  -- Some are changed at the end: with sends in hand, that would keep create_monthly_partitions() from both.
  LOCK TABLE leads IN ROW EXCLUSIVE MODE;
  SELECT array_agg(message_id), array_agg(send.id), array_agg(send.created_at), array_agg(DISTINCT send.campaign_id),
         array_agg(DISTINCT send.lead_id)
  INTO message_ids, send_ids, send_moments, campaign_ids, lead_ids
  FROM (SELECT DISTINCT value ->> 'provider_message_id' AS message_id
        FROM jsonb_array_elements(p_events)
        WHERE email_event_fault(value) IS NULL) AS message
  JOIN email_sends_partitioned AS send ON send.provider_message_id = message.message_id
  WHERE send.workspace_id = p_workspace_id;

  -- Who deletes a lead or a campaign goes on from it to its sends, partition by partition, and this call takes them in
  -- another order: so it holds on to their parents first. Leads in the order in which imports take their locks.
  PERFORM FROM leads AS lead WHERE id = ANY (lead_ids) ORDER BY lower(lead.email::text) COLLATE "C" FOR KEY SHARE;
  PERFORM FROM campaigns WHERE id = ANY (campaign_ids) ORDER BY id FOR KEY SHARE;

  WITH element AS MATERIALIZED (
    SELECT ordinality::integer AS position, email_event_fault(value) AS fault,
           value ->> 'provider_message_id' AS message_id, value ->> 'event' AS event, value ->> 'at' AS at
    FROM jsonb_array_elements(p_events) WITH ORDINALITY
  ), moment AS (
    SELECT message_id, event,
           min(coalesce(segment_first_moment(at)::timestamptz, now()))::timestamptz(3) AS at
    FROM element
    WHERE fault IS NULL
    GROUP BY message_id, event
  ), message AS (
    SELECT message_id,
           min(at) FILTER (WHERE event = 'sent') AS sent_at,
           min(at) FILTER (WHERE event = 'delivered') AS delivered_at,
           min(at) FILTER (WHERE event = 'opened') AS opened_at,
           min(at) FILTER (WHERE event = 'clicked') AS clicked_at,
           min(at) FILTER (WHERE event = 'bounced') AS bounced_at,
           min(at) FILTER (WHERE event = 'unsubscribed') AS unsubscribed_at,
           min(at) FILTER (WHERE event = 'complained') AS complained_at,
           min(at) FILTER (WHERE event = 'failed') AS failed_at
    FROM moment
    GROUP BY message_id
  ), known AS MATERIALIZED (
    SELECT send AS before, message AS news
    FROM unnest(message_ids, send_ids, send_moments) AS found (message_id, id, created_at)
    JOIN message USING (message_id)
    JOIN email_sends_partitioned AS send ON send.id = found.id AND send.created_at = found.created_at
    ORDER BY send.id
    FOR NO KEY UPDATE OF send
  ), changed AS (
    UPDATE email_sends_partitioned AS send
    SET sent_at = least(send.sent_at, (news).sent_at),
        delivered_at = least(send.delivered_at, (news).delivered_at),
        opened_at = least(send.opened_at, (news).opened_at),
        clicked_at = least(send.clicked_at, (news).clicked_at),
        bounced_at = least(send.bounced_at, (news).bounced_at),
        unsubscribed_at = least(send.unsubscribed_at, (news).unsubscribed_at),
        complained_at = least(send.complained_at, (news).complained_at),
        failed_at = least(send.failed_at, (news).failed_at),
        status = CASE
          WHEN send.status = 'complained' OR (news).complained_at IS NOT NULL THEN 'complained'
          WHEN send.status = 'bounced' OR (news).bounced_at IS NOT NULL THEN 'bounced'
          WHEN send.status = 'delivered'
            OR num_nonnulls((news).delivered_at, (news).opened_at, (news).clicked_at, (news).unsubscribed_at) > 0
            THEN 'delivered'
          WHEN send.status = 'sent' OR (news).sent_at IS NOT NULL THEN 'sent'
          ELSE send.status END
    FROM known
    WHERE send.id = (before).id AND send.created_at = (before).created_at
      AND ((news).sent_at < coalesce(send.sent_at, 'infinity')
        OR (news).delivered_at < coalesce(send.delivered_at, 'infinity')
        OR (news).opened_at < coalesce(send.opened_at, 'infinity')
        OR (news).clicked_at < coalesce(send.clicked_at, 'infinity')
        OR (news).bounced_at < coalesce(send.bounced_at, 'infinity')
        OR (news).unsubscribed_at < coalesce(send.unsubscribed_at, 'infinity')
        OR (news).complained_at < coalesce(send.complained_at, 'infinity')
        OR (news).failed_at < coalesce(send.failed_at, 'infinity'))
    RETURNING send.campaign_id, send.lead_id,
              (before).delivered_at IS NULL AND send.delivered_at IS NOT NULL AS delivered,
              (before).opened_at IS NULL AND send.opened_at IS NOT NULL AS opened,
              (before).clicked_at IS NULL AND send.clicked_at IS NOT NULL AS clicked,
              (before).bounced_at IS NULL AND send.bounced_at IS NOT NULL AS bounced,
              (before).unsubscribed_at IS NULL AND send.unsubscribed_at IS NOT NULL AS unsubscribed,
              (before).complained_at IS NULL AND send.complained_at IS NOT NULL AS complained
  ), counted AS (
    INSERT INTO campaign_metric_changes
      (workspace_id, campaign_id, delivered, opened, clicked, bounced, unsubscribed, complained)
    SELECT p_workspace_id, campaign_id,
           count(*) FILTER (WHERE delivered), count(*) FILTER (WHERE opened), count(*) FILTER (WHERE clicked),
           count(*) FILTER (WHERE bounced), count(*) FILTER (WHERE unsubscribed), count(*) FILTER (WHERE complained)
    FROM changed
    WHERE delivered OR opened OR clicked OR bounced OR unsubscribed OR complained
    GROUP BY campaign_id
  ), gone AS MATERIALIZED (
    -- In the order in which imports take their locks.
    SELECT lead.id, fate.status
    FROM (SELECT lead_id, CASE WHEN bool_or(complained) THEN 'complained' WHEN bool_or(bounced) THEN 'bounced'
                          ELSE 'unsubscribed' END AS status
          FROM changed
          WHERE bounced OR unsubscribed OR complained
          GROUP BY lead_id) AS fate
    JOIN leads AS lead ON lead.id = fate.lead_id
    WHERE lead.workspace_id = p_workspace_id AND lead.status = 'active'
    ORDER BY lower(lead.email::text) COLLATE "C"
    FOR NO KEY UPDATE OF lead
  ), suppressed AS (
    UPDATE leads AS lead SET status = gone.status
    FROM gone
    WHERE lead.id = gone.id AND lead.status = 'active'
  ), refused AS (
    SELECT position, reason, row_number() OVER (ORDER BY position) AS place
    FROM (
      SELECT element.position,
             coalesce(fault, CASE WHEN NOT EXISTS (SELECT FROM known WHERE (before).provider_message_id = message_id)
                               THEN 'no send of this workspace has this provider_message_id' END) AS reason
      FROM element
    ) AS checked
    WHERE reason IS NOT NULL
  )
  SELECT (SELECT count(*) FROM changed)::integer,
         count(*)::integer,
         coalesce(jsonb_agg(jsonb_build_object('position', position, 'reason', reason) ORDER BY place)
                  FILTER (WHERE place <= 100000), '[]')
  INTO updated_count, error_count, errors
  FROM refused;
  RETURN NEXT;
END
$$;

COMMENT ON FUNCTION batch_update_email_status(uuid, jsonb) IS
  'Takes events of the mail provider into sends, counters and leads; returns what changed and what was refused.';
ALTER FUNCTION batch_update_email_status(uuid, jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION batch_update_email_status(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION batch_update_email_status(uuid, jsonb) TO mailgenius_app;
