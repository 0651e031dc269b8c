--! title: batch_update_campaign_metrics
-- Contract: adds to the counters of campaigns of the workspace. p_metrics is a JSON array of {campaign_id, delivered,
--   opened, clicked, bounced, unsubscribed, complained}: whole numbers to add, left out for none. Several
--   elements for one campaign add up. An invalid element comes back in errors as {position, reason}, counted
--   from 1, and the others go in; of a campaign whose elements add up to more than a counter holds, all come back.
--   errors has the first 100,000, error_count is of all. updated_count = campaigns whose counters changed. Read them
--   in campaign_metrics.
-- Errors: 42501 no access to the workspace; 22023 p_metrics is not an array.
-- Cost: one insert per campaign, and no lock that another call would wait for. Who deletes a campaign is waited for; who
--   deletes several, in another order than that of their ids, may end in 40P01, or the call may: do it again.
CREATE OR REPLACE FUNCTION batch_update_campaign_metrics(p_workspace_id uuid, p_metrics jsonb)
RETURNS TABLE (updated_count integer, error_count integer, errors jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  most constant integer := 2147483647;
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_metrics IS NULL OR jsonb_typeof(p_metrics) <> 'array' THEN
    RAISE EXCEPTION 'p_metrics must be an array' USING ERRCODE = '22023';
  END IF;

  -- One that is deleted meanwhile would end it at the foreign key; after this, the next statement knows.
  PERFORM FROM campaigns
  WHERE workspace_id = p_workspace_id
    AND id IN (SELECT CASE WHEN json_text_is_uuid(value -> 'campaign_id') THEN (value ->> 'campaign_id')::uuid END
               FROM jsonb_array_elements(p_metrics))
  ORDER BY id
  FOR KEY SHARE;

  WITH element AS MATERIALIZED (
    SELECT ordinality::integer AS position, value AS metric, fault,
           CASE WHEN fault IS NULL THEN (value ->> 'campaign_id')::uuid END AS campaign_id
    FROM jsonb_array_elements(p_metrics) WITH ORDINALITY,
         LATERAL (SELECT campaign_metric_fault(value, p_workspace_id) AS fault OFFSET 0) AS checked
  ), change AS (
    SELECT campaign_id,
           coalesce(sum((metric ->> 'delivered')::integer), 0) AS delivered,
           coalesce(sum((metric ->> 'opened')::integer), 0) AS opened,
           coalesce(sum((metric ->> 'clicked')::integer), 0) AS clicked,
           coalesce(sum((metric ->> 'bounced')::integer), 0) AS bounced,
           coalesce(sum((metric ->> 'unsubscribed')::integer), 0) AS unsubscribed,
           coalesce(sum((metric ->> 'complained')::integer), 0) AS complained
    FROM element
    WHERE fault IS NULL
    GROUP BY campaign_id
  ), written AS (
    INSERT INTO campaign_metric_changes
      (workspace_id, campaign_id, delivered, opened, clicked, bounced, unsubscribed, complained)
    SELECT p_workspace_id, change.*
    FROM change
    WHERE greatest(delivered, opened, clicked, bounced, unsubscribed, complained) BETWEEN 1 AND most
    RETURNING campaign_id
  ), refused AS (
    SELECT position, reason, row_number() OVER (ORDER BY position) AS place
    FROM element
    LEFT JOIN change USING (campaign_id),
         LATERAL (SELECT coalesce(fault, CASE
           WHEN greatest(delivered, opened, clicked, bounced, unsubscribed, complained) > most
             THEN 'the counters of this campaign add up to more than 2,147,483,647' END) AS reason) AS checked
    WHERE reason IS NOT NULL
  )
  SELECT (SELECT count(*) FROM written)::integer,
         count(*)::integer,
         coalesce(jsonb_agg(jsonb_build_object('position', position, 'reason', reason) ORDER BY place)
                  FILTER (WHERE place <= 100000), '[]')
  INTO updated_count, error_count, errors
  FROM refused;
  RETURN NEXT;
END
$$;

COMMENT ON FUNCTION batch_update_campaign_metrics(uuid, jsonb) IS
  'Adds to the counters of campaigns; returns how many changed, and what was refused.';
ALTER FUNCTION batch_update_campaign_metrics(uuid, jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION batch_update_campaign_metrics(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION batch_update_campaign_metrics(uuid, jsonb) TO mailgenius_app;
