--! title: batch_update_campaign_metrics
-- Contract: adds to the counters of campaigns of the workspace. p_metrics is a JSON array of {campaign_id, delivered,
--   opened, clicked, bounced, unsubscribed, complained}: whole numbers to add, left out for none. Several
--   elements for one campaign add up. An invalid element comes back in errors as {position, reason}, counted
--   from 1, and the others go in. updated_count = campaigns whose counters changed. Read them in campaign_metrics.
-- Errors: 42501 no access to the workspace; 22023 p_metrics is not an array; 22003 one campaign's elements add up
--   to more than 2,147,483,647.
-- Cost: one insert per campaign, and no lock that another call would wait for.
CREATE OR REPLACE FUNCTION batch_update_campaign_metrics(p_workspace_id uuid, p_metrics jsonb)
RETURNS TABLE (updated_count integer, error_count integer, errors jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_metrics IS NULL OR jsonb_typeof(p_metrics) <> 'array' THEN
    RAISE EXCEPTION 'p_metrics must be an array' USING ERRCODE = '22023';
  END IF;

  WITH element AS MATERIALIZED (
    SELECT ordinality::integer AS position, value AS metric,
           campaign_metric_fault(value, p_workspace_id) AS fault
    FROM jsonb_array_elements(p_metrics) WITH ORDINALITY
  ), change AS (
    SELECT (metric ->> 'campaign_id')::uuid AS campaign_id,
           coalesce(sum((metric ->> 'delivered')::integer), 0)::integer AS delivered,
           coalesce(sum((metric ->> 'opened')::integer), 0)::integer AS opened,
           coalesce(sum((metric ->> 'clicked')::integer), 0)::integer AS clicked,
           coalesce(sum((metric ->> 'bounced')::integer), 0)::integer AS bounced,
           coalesce(sum((metric ->> 'unsubscribed')::integer), 0)::integer AS unsubscribed,
           coalesce(sum((metric ->> 'complained')::integer), 0)::integer AS complained
    FROM element
    WHERE fault IS NULL
    GROUP BY (metric ->> 'campaign_id')::uuid
  ), written AS (
    INSERT INTO campaign_metric_changes
      (workspace_id, campaign_id, delivered, opened, clicked, bounced, unsubscribed, complained)
    SELECT p_workspace_id, change.*
    FROM change
    WHERE (delivered, opened, clicked, bounced, unsubscribed, complained) <> (0, 0, 0, 0, 0, 0)
    RETURNING campaign_id
  )
  SELECT (SELECT count(*) FROM written)::integer,
         count(*)::integer,
         coalesce(jsonb_agg(jsonb_build_object('position', element.position, 'reason', fault)
                            ORDER BY element.position), '[]')
  INTO updated_count, error_count, errors
  FROM element
  WHERE fault IS NOT NULL;
  RETURN NEXT;
END
$$;

COMMENT ON FUNCTION batch_update_campaign_metrics(uuid, jsonb) IS
  'Adds to the counters of campaigns; returns how many changed, and what was refused.';
ALTER FUNCTION batch_update_campaign_metrics(uuid, jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION batch_update_campaign_metrics(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION batch_update_campaign_metrics(uuid, jsonb) TO mailgenius_app;
