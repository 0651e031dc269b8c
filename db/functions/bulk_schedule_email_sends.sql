--! title: bulk_schedule_email_sends
-- Contract: adds a pending send for each given lead of the workspace that is active and has none of this
--   campaign yet; skips the others, repeats, and leads that are deleted meanwhile. total_scheduled = rows added =
--   growth of the campaign's total_recipients; batch_id names this call, in the audit log too. A second call adds
--   nothing: all sends of a campaign share one created_at, so the unique key (campaign_id, lead_id, created_at)
--   holds across midnight, and calls for one campaign wait for each other. Retention so counts from the first call, of
--   pending sends too; what the policy of retention_policies keeps for N days, it leaves for 30 days from this call
--   on, or N / 2 where that is less (schedule_horizon).
-- Errors: 42501 no access to the workspace; P0002 the campaign is not in it; 55000 the campaign is neither
--   draft nor scheduled (one that is sending has a fixed audience), or there are sends to add and it was first
--   scheduled so long ago that retention has removed its sends, or would sooner than said; 22023 p_lead_ids is NULL.
-- Cost: one statement for all leads; about one INSERT … SELECT of as many rows.
CREATE OR REPLACE FUNCTION bulk_schedule_email_sends(p_campaign_id uuid, p_workspace_id uuid, p_lead_ids uuid[])
RETURNS TABLE (total_scheduled integer, batch_id uuid)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  campaign campaigns;
  moment   timestamptz(3);
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_lead_ids IS NULL THEN
    RAISE EXCEPTION 'p_lead_ids is NULL' USING ERRCODE = '22023';
  END IF;

  -- As it is changed at the end: with sends in hand, that would keep create_monthly_partitions() from both.
  LOCK TABLE campaigns IN ROW EXCLUSIVE MODE;
  SELECT * INTO campaign FROM campaigns
  WHERE id = p_campaign_id AND workspace_id = p_workspace_id
  FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'campaign % is not in this workspace', p_campaign_id USING ERRCODE = 'P0002';
  ELSIF campaign.status NOT IN ('draft', 'scheduled') THEN
    RAISE EXCEPTION 'campaign % is %: only a draft or scheduled one takes recipients', p_campaign_id, campaign.status
      USING ERRCODE = '55000';
  END IF;
  moment := coalesce(campaign.sends_created_at, now());

  -- EXECUTE plans for this very array: a generic plan takes unnest($1) for ten rows and looks each up, a
  -- million must be joined at once. Not plan_cache_mode: it would plan each foreign key check anew too.
  EXECUTE $insert$
    INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at)
    SELECT $1, $2, lead.id, lead.email, $4
    FROM (
      SELECT lead.id, lead.email
      FROM (SELECT DISTINCT unnest($3) AS id) AS wanted
      JOIN leads AS lead USING (id)
      WHERE lead.workspace_id = $1
        AND lead.status = 'active'
        -- Sends from before the partitioning have other times: the unique key does not see them.
        AND NOT EXISTS (SELECT FROM email_sends_partitioned AS send
                        WHERE send.campaign_id = $2 AND send.lead_id = lead.id AND send.workspace_id = $1)
      -- The lock that the foreign key takes anyway, before the insert: who is deleted meanwhile drops out here
      -- instead of failing there. In one order, in which the indexes of the sends grow fastest, too.
      ORDER BY lead.id
      FOR KEY SHARE OF lead
    ) AS lead
    ON CONFLICT (campaign_id, lead_id, created_at) DO NOTHING
  $insert$ USING p_workspace_id, p_campaign_id, p_lead_ids, moment;
  GET DIAGNOSTICS total_scheduled = ROW_COUNT;

  -- They would be removed unsent; or have been, and whoever got one would get a second. Looked at after the insert:
  -- retention that ended before it is seen here, and one that ended later had left the sends for the insert to see.
  IF total_scheduled > 0 AND moment < (SELECT horizon.moment FROM schedule_horizon AS horizon) THEN
    RAISE EXCEPTION 'campaign % was first scheduled on %, and sends of that day are not kept, or not for long: make a new campaign',
                    p_campaign_id, (moment AT TIME ZONE 'UTC')::date
      USING ERRCODE = '55000';
  END IF;

  UPDATE campaigns
  SET sends_created_at = moment, total_recipients = total_recipients + total_scheduled
  WHERE id = p_campaign_id;

  batch_id := gen_random_uuid();
  INSERT INTO audit_logs (workspace_id, user_id, action, object_type, object_id, details)
  VALUES (p_workspace_id, session_user_id(), 'schedule', 'campaign', p_campaign_id,
          jsonb_build_object('batch_id', batch_id, 'given', cardinality(p_lead_ids), 'scheduled', total_scheduled));
  RETURN NEXT;
END
$$;

COMMENT ON FUNCTION bulk_schedule_email_sends(uuid, uuid, uuid[]) IS
  'Adds a pending send of the campaign for each active lead given; a second call adds nothing.';
ALTER FUNCTION bulk_schedule_email_sends(uuid, uuid, uuid[]) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION bulk_schedule_email_sends(uuid, uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bulk_schedule_email_sends(uuid, uuid, uuid[]) TO mailgenius_app;
