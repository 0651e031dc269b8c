--! title: campaign_metric_fault
-- Contract: why one element of batch_update_campaign_metrics cannot go in, or NULL when it can.
-- Errors: none.
-- Cost: one index look-up.
CREATE OR REPLACE FUNCTION campaign_metric_fault(p_metric jsonb, p_workspace_id uuid)
RETURNS text
LANGUAGE sql STABLE
SET search_path = public, pg_temp
AS $$
  SELECT CASE
    WHEN jsonb_typeof(p_metric) <> 'object' THEN 'not an object'
    WHEN NOT json_text_is_uuid(p_metric -> 'campaign_id') THEN 'campaign_id is not an id'
    WHEN NOT EXISTS (SELECT FROM campaigns
                     WHERE id = (p_metric ->> 'campaign_id')::uuid AND workspace_id = p_workspace_id)
      THEN 'there is no such campaign in this workspace'
    ELSE (
      SELECT format('%s is not a whole number within 0 and 1,000,000,000', counter)
      FROM unnest(ARRAY['delivered', 'opened', 'clicked', 'bounced', 'unsubscribed', 'complained'])
        WITH ORDINALITY AS known (counter, place)
      WHERE jsonb_typeof(p_metric -> counter) <> 'null'
        AND NOT (jsonb_typeof(p_metric -> counter) = 'number' AND p_metric ->> counter ~ '^([0-9]{1,9}|1000000000)$')
      ORDER BY place
      LIMIT 1)
  END
$$;

COMMENT ON FUNCTION campaign_metric_fault(jsonb, uuid) IS 'Why a change of counters cannot go in; NULL when it can.';
ALTER FUNCTION campaign_metric_fault(jsonb, uuid) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION campaign_metric_fault(jsonb, uuid) FROM PUBLIC;
