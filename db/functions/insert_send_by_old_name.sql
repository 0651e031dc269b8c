--! title: insert_send_by_old_name
-- Contract: trigger of the view email_sends: versions of the application that have not heard of the partitioned table
--   insert a send without created_at; it gets the moment that all sends of its campaign share, which is fixed now when
--   there is none yet. A lead that has a send with that moment gets no other. Runs as the session, under its policies.
-- Errors: those of the insert; 42501 a campaign that the session does not see; 55000 retention has removed sends of its
--   moment, or soon would (schedule_horizon), also where the lead has its send already.
-- Cost: two look-ups and one insert per row.
CREATE OR REPLACE FUNCTION insert_send_by_old_name() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
BEGIN
  IF NEW.created_at IS NULL THEN
    SELECT sends_created_at INTO NEW.created_at FROM campaigns WHERE id = NEW.campaign_id;
    IF NEW.created_at IS NULL THEN
      UPDATE campaigns SET sends_created_at = coalesce(sends_created_at, now())
      WHERE id = NEW.campaign_id
      RETURNING sends_created_at INTO NEW.created_at;
    END IF;
    -- The policy of the table refuses it too, without saying why.
    IF NEW.created_at < (SELECT moment FROM schedule_horizon) THEN
      RAISE EXCEPTION 'campaign % was first scheduled on %, and sends of that day are not kept, or not for long: make a new campaign',
                      NEW.campaign_id, (NEW.created_at AT TIME ZONE 'UTC')::date
        USING ERRCODE = '55000';
    END IF;
  END IF;
  -- A view has no defaults. Without a campaign there is no moment either: the insert says what is wrong.
  NEW.created_at := coalesce(NEW.created_at, now());
  NEW.id := coalesce(NEW.id, gen_random_uuid());
  NEW.status := coalesce(NEW.status, 'pending');
  INSERT INTO email_sends_partitioned SELECT NEW.* ON CONFLICT (campaign_id, lead_id, created_at) DO NOTHING;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END
$$;

COMMENT ON FUNCTION insert_send_by_old_name() IS 'Trigger: a send inserted by the old name gets its campaign''s moment.';
ALTER FUNCTION insert_send_by_old_name() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION insert_send_by_old_name() FROM PUBLIC;
