--! title: email_event_fault
-- Contract: why one element of batch_update_email_status cannot go in, or NULL when it can.
-- Errors: none.
-- Cost: a few regular expressions.
CREATE OR REPLACE FUNCTION email_event_fault(p_event jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT CASE
    WHEN jsonb_typeof(p_event) <> 'object' THEN 'not an object'
    WHEN jsonb_typeof(p_event -> 'provider_message_id') IS DISTINCT FROM 'string'
      OR p_event ->> 'provider_message_id' = '' THEN 'provider_message_id is missing'
    WHEN jsonb_typeof(p_event -> 'event') IS DISTINCT FROM 'string'
      OR p_event ->> 'event' NOT IN ('sent', 'delivered', 'opened', 'clicked', 'bounced', 'unsubscribed',
                                     'complained', 'failed')
      THEN 'event is not one of sent, delivered, opened, clicked, bounced, unsubscribed, complained, failed'
    WHEN jsonb_typeof(p_event -> 'at') NOT IN ('string', 'null')
      OR (p_event ->> 'at' IS NOT NULL AND NOT segment_is_date(p_event ->> 'at')) THEN 'at is not an ISO date'
  END
$$;

COMMENT ON FUNCTION email_event_fault(jsonb) IS 'Why an event of the mail provider cannot go in; NULL when it can.';
ALTER FUNCTION email_event_fault(jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION email_event_fault(jsonb) FROM PUBLIC;
